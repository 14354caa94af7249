import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPolicy } from "@sallyport/core";

const ROOT = join(import.meta.dirname, "../..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** The code block that stands behind a mark such as `<!-- path:run -->`. */
function block(mark: string): string {
  const [, code] = new RegExp(`<!-- path:${mark} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(README) ?? [];
  if (code === undefined) throw new Error(`the README has no block \`${mark}\``);
  return code;
}

/** The policy on one screen. */
function policyBlock(): string {
  const [, code] = /```yaml\n([\s\S]*?)```/.exec(README) ?? [];
  return code ?? "";
}

describe("the README", () => {
  it("shows a policy that loads", () => {
    expect(loadPolicy(policyBlock()).rules.map(({ id }) => id)).toEqual(["inside", "outside", "no-exfiltration", "least-data"]);
  });
});

describe("a new user's path, followed literally in an empty folder against packed tarballs", { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-path-"));
  const tarballs = mkdtempSync(join(tmpdir(), "sallyport-tarballs-"));
  const sh = (script: string): string =>
    execFileSync("bash", ["-euo", "pipefail", "-c", script], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, npm_config_fund: "false", npm_config_audit: "false" },
    });

  beforeAll(() => {
    execFileSync("tsc", ["-b"], { cwd: ROOT });
    for (const name of ["core", "sqlite", "ai-sdk", "cli"])
      execFileSync("pnpm", ["--dir", join(ROOT, "packages", name), "pack", "--pack-destination", tarballs]);
    const files = readdirSync(tarballs).map((file) => join(tarballs, file));
    // nothing is published: the names of our packages stand for their tarballs, everything else is the README's own line
    const ours = ["@sallyport/core", "@sallyport/sqlite", "@sallyport/ai-sdk", "sallyport"];
    const install = block("install").replace(
      /npm install (.*)/,
      (_line, names: string) => `npm install ${[...files, ...names.split(" ").filter((name) => !ours.includes(name))].join(" ")}`,
    );
    expect(ours.every((name) => block("install").includes(name))).toBe(true);
    sh(install);
    writeFileSync(join(folder, "policy.yaml"), policyBlock());
    writeFileSync(join(folder, "app.js"), block("app\\.js"));
  }, 300_000);

  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(tarballs, { recursive: true });
  });

  it("pauses, is approved, sends once, and verifies", () => {
    const said = sh(block("run"));
    expect(said.match(/SENT to bob@out\.example/g)).toHaveLength(1);
    // the first run pauses, the second one says that it waits and ends well, the third one sends
    expect(said).toMatch(/tool-approval-request[^]*waiting for ap_\w+: mail leaves the company[^]*SENT/);
    expect(sh("node app.js")).not.toContain("SENT");
    // the messages as they were before the approval, played again
    expect(sh("npx sallyport ledger export --store app.db | npx sallyport replay --policy policy.yaml")).toContain(
      '"decision":"require_approval"',
    );
  });
});
