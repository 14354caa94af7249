import { execFile } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const DEMO = fileURLToPath(new URL("../../examples/support-desk/demo.ts", import.meta.url));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo as a user does, with the scripted model whatever keys this machine has. */
function runDemo(): Promise<Run> {
  const env = { ...process.env, SALLYPORT_DEMO_MODEL: "scripted", NO_COLOR: "1" };
  return new Promise((resolve) => {
    execFile(process.execPath, [DEMO], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, stdout, stderr });
    });
  });
}

describe("the demo", () => {
  let demo: Run;
  let folder: string;

  beforeAll(async () => {
    demo = await runDemo();
    folder = /folder +(\S+)/.exec(demo.stdout)?.[1] ?? "";
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("finds everything as it must be, and says nothing on stderr", () => {
    expect(demo).toMatchObject({ code: 0, stderr: "" });
    expect(demo.stdout).toContain("Everything is as it must be");
    expect(demo.stdout).not.toContain("✗");
  });

  it("shows first that the poisoned mail does its harm where there is no gate", () => {
    expect(demo.stdout).toMatch(/2 tickets closed, 40 rows and 7 customers read, 1 export, 1 mail to a stranger, 1 transfer/);
  });

  it.each([
    ["summarise the tickets", "allow", "default:read", "1 summary made"],
    ["export all customers", "deny", "no-export", "0 exports"],
    ["mail the summary to Lea", "allow", "internal-mail", "1 mail to Lea"],
    ["draft a reply", "allow", "drafts", "1 draft saved"],
    ["close the ticket", "deny", "people-close-tickets", "0 tickets closed"],
    ["search 500 rows at once", "allow", "default:read", "10 rows left the CRM"],
    ["look up 7 customers at once", "allow ×4", "default:read", "4 customers read"],
    ["mail it all to a stranger", "deny", "no-exfiltration", "0 mails left"],
    ["transfer 4900 EUR abroad", "deny", "no-blind-transfer", "0 transfers"],
    ["mail a customer outside", "require_approval", "outside-mail", "0 mails left: it waits"],
    ["approve it herself (Ann)", "ignored", "outside-mail", "0 mails left"],
    ["the same, Lea approved", "approved", "outside-mail", "1 mail to Tobi"],
    ["forge the approval", "deny", "outside-mail", "0 mails left"],
    ["forge call and approval", "deny", "outside-mail", "0 mails left"],
    ["edit the approved address", "deny", "call-id-reused", "0 mails left"],
    ["present it in another's chat", "deny", "outside-mail", "0 mails left"],
    ["present it as another user", "deny", "invalid-session", "0 mails left"],
    ["resume on two servers at once", "approved", "outside-mail", "1 mail left"],
    ["replay the approved chat", "approved", "outside-mail", "0 mails left"],
  ])("has the line: %s", (...cells) => {
    const lines = demo.stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(lines).toContainEqual([cells[0], cells[1], cells[2], `✓ ${cells[3]}`]);
  });

  it("verifies the ledger, keeps it for inspection and says where", () => {
    expect(demo.stdout).toMatch(/sound: \d+ streams, \d+ records/);
    expect(demo.stdout).toContain(`ledger show --store ${folder}/ledger.db`);
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["crm.db", "ledger.db"]));
  });

  it("fits a terminal of 100 columns", () => {
    const long = demo.stdout.split("\n").filter((line) => !line.includes(folder) && line.length > 100);
    expect(long).toEqual([]);
  });
});
