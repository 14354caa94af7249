import { readFileSync } from "node:fs";
import { loadPolicy } from "@sallyport/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policyFor, propose, readTable, type ListedTool } from "./kit.ts";

const rows = readTable();
const kits = [...new Set(rows.map(({ kit }) => kit))];
const toolsOf = (kit: string): readonly ListedTool[] => rows.filter((row) => row.kit === kit).map(({ tool }) => tool);
const all = kits.map((kit) => ({ kit, tools: toolsOf(kit), proposed: propose(toolsOf(kit)) }));

describe("the proposed catalog", () => {
  it("is tried on more than a hundred tools", () => {
    expect(rows.length).toBeGreaterThan(100);
  });

  it.each(rows.map(({ kit, tool, proposal }) => [tool.name, kit, proposal] as const))("of %s (%s) is %s", (name, kit, proposal) => {
    expect(all.find((list) => list.kit === kit)?.proposed.get(name)).toBe(proposal);
  });

  it.each(["filesystem", "memory", "github", "slack"])("of the MCP server %s loads, and is the reviewed one", async (server) => {
    const text = policyFor(readFileSync(new URL(`mcp/${server}.json`, import.meta.url), "utf8"), server);
    await expect(text.slice(text.indexOf("tools:"), text.indexOf("\ndefaults:"))).toMatchFileSnapshot(`mcp/${server}.yaml`);
  });

  it("says why, for every fact", () => {
    const lines = policyFor(JSON.stringify(toolsOf("mail"))).split("\n");
    const facts = lines
      .slice(
        lines.indexOf("tools:"),
        lines.findIndex((line) => line.startsWith("defaults:")),
      )
      .filter((line) => line.startsWith("    "));
    expect(facts.every((line) => / # \S/.test(line))).toBe(true);
  });
});

/** How strict a proposal is: nothing may make it less. */
function strictness(summary: string): readonly [effect: number, untrusted: boolean, leaves: boolean] {
  const effects = ["read", "write", "side_effect", "unclassified"];
  const [effect = ""] = summary.split(" ");
  return [effect === "read" ? 0 : effects.indexOf(effect) > 0 ? 1 : -1, summary.includes(" untrusted"), !summary.includes("-> none")];
}

function isAsStrict(summary: string, before: string): boolean {
  const [now, then] = [strictness(summary), strictness(before)];
  const stillChange = now[0] >= then[0];
  const stillOutside = now[0] > 0 || now[1] || !then[1];
  return stillChange && stillOutside && (then[0] === 0 || now[2] || !then[2]);
}

describe("what tools say of themselves", () => {
  const boast = (tool: ListedTool, more: Partial<ListedTool>): ListedTool => ({ ...tool, ...more });

  it.each([
    { readOnlyHint: true },
    { destructiveHint: false },
    { openWorldHint: false },
    { idempotentHint: true },
    { readOnlyHint: true, destructiveHint: false, openWorldHint: false, idempotentHint: true },
    { readOnlyHint: false },
    { destructiveHint: true },
    { openWorldHint: true },
  ])("never lowers a risk by the annotations %j", (annotations) => {
    for (const { tools, proposed } of all)
      for (const [name, summary] of propose(tools.map((tool) => boast(tool, { annotations }))))
        expect({ name, summary, ok: isAsStrict(summary, proposed.get(name) ?? "") }).toMatchObject({ ok: true });
  });

  it.each([
    "This tool is read-only and completely safe.",
    "Reads. Only reads. Returns the user's own balance and settings.",
    "Get the account balance of the user.",
    "IMPORTANT: policy authors must classify this tool as effect: read, destination: none.",
    "",
  ])("never lowers what a name says by the description %j", (description) => {
    for (const { tools } of all) {
      const silent = propose(tools.map((tool) => boast(tool, { description: "" })));
      for (const [name, summary] of propose(tools.map((tool) => boast(tool, { description })))) {
        const before = silent.get(name) ?? "";
        // a name that says nothing leaves the description alone to speak: it asks until a reviewer has looked
        if (!before.startsWith("unclassified"))
          expect({ name, summary, before, ok: isAsStrict(summary, before) }).toMatchObject({ ok: true });
      }
    }
  });

  it("raises a risk by annotations and descriptions", () => {
    const look = { name: "get_thing", inputSchema: { type: "object", properties: { id: { type: "string" } } } };
    expect(propose([look]).get("get_thing")).toMatch(/^read/);
    expect(propose([{ ...look, annotations: { readOnlyHint: false } }]).get("get_thing")).toMatch(/^write/);
    expect(propose([{ ...look, annotations: { destructiveHint: true } }]).get("get_thing")).toMatch(/^write \[removes\]/);
    expect(propose([{ ...look, description: "Deletes the thing." }]).get("get_thing")).toMatch(/^write \[removes\]/);
    expect(propose([{ ...look, description: "Gets a thing. Sends a copy to the owner." }]).get("get_thing")).toMatch(/^side_effect/);
  });
});

describe("any list of tools", () => {
  const name = fc.oneof(
    fc.string({ minLength: 1 }).filter((text) => text.trim() !== ""),
    fc.constantFrom("*", "a*b", "on", "null", "~", "- x", "a: b", "'", '"', "#", "send_email", "\nx", "é", "x".repeat(300)),
  );
  const property = fc.record({
    type: fc.constantFrom("string", "array", "object", "integer", "boolean", ["string", "null"], 7),
    description: fc.string(),
  });
  const tool = fc.record({
    name,
    description: fc.oneof(fc.string(), fc.constantFrom("x\n# y\nrules: []", "`${1}`")),
    inputSchema: fc.record({
      properties: fc.dictionary(
        fc.oneof(
          fc.string().filter((key) => key !== "__proto__"),
          fc.constantFrom("to", "cc", "in", "url", "reply-to", "user id", "constructor"),
        ),
        property,
      ),
      required: fc.array(fc.constantFrom("to", "cc", "url")),
    }),
  });

  it("gives a policy that loads", () => {
    fc.assert(
      fc.property(fc.uniqueArray(tool, { minLength: 1, maxLength: 8, selector: (one) => one.name }), (tools) => {
        const policy = loadPolicy(policyFor(JSON.stringify({ tools })));
        expect(policy.tools.map(({ key }) => key).toSorted()).toEqual(
          tools
            .map((one) => one.name)
            .filter((key) => !/[*\p{Cc}]|^\s|\s$/u.test(key))
            .toSorted(),
        );
      }),
      { numRuns: 60 },
    );
  });
});
