import { loadPolicy } from "@sallyport/core";
import type { Command } from "../command/command.ts";
import { writePolicy } from "../init/policy-text.ts";
import { proposeCatalog } from "../init/proposal.ts";
import { readToolDefinitions } from "../init/tool-definition.ts";
import { readStreamText } from "../files/stdin-text.ts";

/** Proposes a policy for tools, to be reviewed. */
export const init: Command = {
  name: "init",
  says: "tool definitions on stdin → a policy with a proposed catalog to review",
  options: {
    name: { says: "what the policy is called (default: proposed)", value: "NAME" },
    internal: { says: "what is inside, separated by commas: @example.com,*.example.com", value: "LIST" },
  },
  help: `
Reads the answer to MCP's tools/list, its bare array, or an OpenAI tools array. No model is asked: what a tool does is read
from the words of its name, its description and its parameters, and each proposal says why. Annotations make a tool graver,
never lighter. A tool of which nothing is known asks a human every time.`,
  async run(input, io) {
    const internal = (input.text("internal") ?? "").split(",").map((entry) => entry.trim());
    const heading = { name: input.text("name") ?? "proposed", internal: internal.filter((entry) => entry !== "") };
    const text = writePolicy(proposeCatalog(readToolDefinitions(await readStreamText(io.stdin))), heading);
    // what is proposed loads, or nothing is proposed
    loadPolicy(text, { file: "the proposed policy" });
    await io.stdout.write(text);
    return 0;
  },
};
