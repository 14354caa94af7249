import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sallyport } from "../run.ts";

const schema = { type: "object", properties: { to: { type: "string" } }, required: ["to"] };
const tool = { name: "send_note", description: "Sends a note.", inputSchema: schema };
const chat = { type: "function", function: { name: "send_note", description: "Sends a note.", parameters: schema } };
const responses = { type: "function", name: "send_note", description: "Sends a note.", parameters: schema };

async function init(input: unknown, ...options: readonly string[]) {
  return sallyport(["init", ...options], { input: typeof input === "string" ? input : JSON.stringify(input) });
}

describe("sallyport init", () => {
  it("takes MCP's answer, its bare array, and OpenAI's two forms alike", async () => {
    const runs = await Promise.all(
      [{ tools: [tool] }, { jsonrpc: "2.0", id: 1, result: { tools: [tool] } }, [tool], [chat], [responses], { tools: [chat] }].map(
        (input) => init(input),
      ),
    );
    expect(runs.map(({ code, err }) => ({ code, err }))).toEqual(runs.map(() => ({ code: 0, err: "" })));
    expect(new Set(runs.map(({ out }) => out)).size).toBe(1);
    expect(runs[0]?.out).toContain('  send_note:\n    effect: side_effect # its name says "send"\n    destination: args.to # ');
  });

  it("puts the baseline after the catalog, as it stands", async () => {
    const baseline = readFileSync(new URL("../../../policies/baseline.yaml", import.meta.url), "utf8");
    const { out } = await init([tool], "--name", "mine", "--internal", "@example.com, *.example.com");
    expect(out.endsWith(baseline.slice(baseline.indexOf("\ndefaults:") + 1))).toBe(true);
    expect(out).toContain('\nname: "mine"\n');
    expect(out).toContain('internal: ["own records", "@example.com", "*.example.com"]\n');
  });

  it.each<readonly [string, unknown, string]>([
    ["no JSON", "tools:", "stdin, line 1, column 1: "],
    ["no list", { tool: [] }, "stdin holds no list of tools"],
    ["an empty list", [], "the list of tools is empty"],
    ["a text", ["send_note"], "tool 1 is no object"],
    ["no name", [tool, { description: "x" }], "tool 2 has no `name`"],
    ["a hosted tool", [{ type: "web_search" }], "tool 1 has no `name`; a hosted tool (`web_search`) runs at the provider"],
    ["one name twice", [tool, chat], "two tools are called `send_note`"],
  ])("refuses %s", async (_, input, says) => {
    const { code, out, err } = await init(input);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err.replace("error: ", "").startsWith(says)).toBe(true);
  });

  it("leaves a tool out whose name would be a pattern, and says so", async () => {
    const { code, out } = await init([tool, { name: "send*" }]);
    expect(code).toBe(0);
    expect(out).toContain('  # left out, as no key can name it alone: "send*"\n');
  });
});
