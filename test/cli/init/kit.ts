import { readFileSync } from "node:fs";
import { loadPolicy } from "@sallyport/core";
import { proposeCatalog, type Proposal } from "../../../packages/cli/src/init/proposal.ts";
import { writePolicy } from "../../../packages/cli/src/init/policy-text.ts";
import { readToolDefinitions } from "../../../packages/cli/src/init/tool-definition.ts";

/** A tool as MCP lists it. */
export interface ListedTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: unknown;
  readonly annotations?: Readonly<Record<string, boolean>>;
}

/** A row of the table: a tool, and what is to be proposed for it. */
export interface Row {
  readonly kit: string;
  readonly tool: ListedTool;
  readonly proposal: string;
}

const TYPES: Readonly<Record<string, unknown>> = {
  n: { type: "number" },
  b: { type: "boolean" },
  l: { type: "array", items: { type: "string" } },
  o: { type: "object" },
};

/** The rows of `tools.txt`. */
export function readTable(): readonly Row[] {
  const lines = readFileSync(new URL("tools.txt", import.meta.url), "utf8").split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [kit = "", name = "", parameters = "", description = "", proposal = ""] = line.split(" | ").map((cell) => cell.trim());
      return { kit, tool: { name, description, inputSchema: schemaOf(parameters) }, proposal };
    });
}

/** What is proposed for a list of tools, each as one line: `side_effect untrusted [removes] -> args.to`. */
export function propose(tools: readonly ListedTool[]): ReadonlyMap<string, string> {
  return new Map(proposeCatalog(readToolDefinitions(JSON.stringify({ tools }))).map((proposal) => [proposal.name, summaryOf(proposal)]));
}

/** The text of the policy that is proposed for some definitions; throws where it does not load. */
export function policyFor(definitions: string, name = "tested"): string {
  const text = writePolicy(proposeCatalog(readToolDefinitions(definitions)), { name, internal: [] });
  loadPolicy(text);
  return text;
}

function summaryOf({ facts }: Proposal): string {
  const fact = (key: string): string | undefined => facts.find((candidate) => candidate.key === key)?.value;
  const destination = fact("destination");
  return [
    fact("effect"),
    fact("trust") === "untrusted" ? "untrusted" : undefined,
    fact("credential") === undefined ? undefined : "credential",
    fact("labels"),
    destination === undefined ? undefined : `-> ${destination}`,
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

function schemaOf(parameters: string): unknown {
  const written = parameters.split(",").filter((parameter) => parameter !== "");
  const shapes = written.map((parameter) => {
    const [key = "", type = ""] = parameter.split(":");
    return { name: key.replace("!", ""), required: key.endsWith("!"), type: TYPES[type] ?? { type: "string" } };
  });
  return {
    type: "object",
    properties: Object.fromEntries(shapes.map(({ name, type }) => [name, type])),
    required: shapes.filter(({ required }) => required).map(({ name }) => name),
  };
}
