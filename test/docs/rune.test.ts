import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loadPolicy } from "@sallyport/core";

const DOCS = readFileSync(new URL("../../docs/rune.md", import.meta.url), "utf8");

it("docs/rune.md shows a file that loads", () => {
  const [, file = ""] = /```yaml\n([\s\S]*?)```/.exec(DOCS) ?? [];
  expect(loadPolicy(file).rules.map(({ id }) => id)).toEqual(["restrict-functions"]);
});

it("docs/rune.md names all data that has a name", () => {
  const file = (name: string): string => `version: 1.0\nrules: [{ name: a, type: data_protection, action: log, patterns: [${name}] }]\n`;
  expect(() => loadPolicy(file("no-such-data"))).toThrow("no data is called");
  const said = /there are ((?:`[a-z_]+`(?:, )?)+)/.exec(messageOf(() => loadPolicy(file("no-such-data"))))?.[1] ?? "";
  const names = [...said.matchAll(/`([a-z_]+)`/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    expect(DOCS).toContain(`\`${name}\``);
    loadPolicy(file(name));
  }
});

function messageOf(fail: () => unknown): string {
  try {
    fail();
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "";
}
