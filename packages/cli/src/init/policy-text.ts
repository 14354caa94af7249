import { BASELINE } from "./baseline.ts";
import { OWN_RECORDS } from "./expression.ts";
import type { Fact, Proposal } from "./proposal.ts";

/** What the policy is called and what counts as inside. */
export interface Heading {
  readonly name: string;
  readonly internal: readonly string[];
}

/** The policy as YAML: the proposed catalog with the reason of each fact, then the baseline. */
export function writePolicy(proposals: readonly Proposal[], { name, internal }: Heading): string {
  const [named, unnamed] = [proposals.filter(isNameable), proposals.filter((proposal) => !isNameable(proposal))];
  const catalog = named.length === 0 ? "tools: {}\n" : `tools:\n${named.map(writeTool).join("")}`;
  const left = unnamed.map((proposal) => `  # left out, as no key can name it alone: ${quoted(proposal.name)}\n`).join("");
  return `# Proposed by \`sallyport init\` from the tools' names, descriptions and parameters. Review every tool: the reasons stand beside
# what they led to. What a tool's description says was written by whoever made the tool.
version: 1
name: ${quoted(name)}

# What counts as inside. Add your own domains, hosts and accounts: "@example.com", "*.example.com", a channel.
boundary:
  internal: [${[OWN_RECORDS, ...internal].map(quoted).join(", ")}]

${catalog}${left}
${BASELINE}`;
}

/** Whether a key can stand for this tool and no other. */
function isNameable({ name }: Proposal): boolean {
  return !name.includes("*") && name === name.trim() && !/\p{Cc}/u.test(name) && name !== "__proto__";
}

function writeTool({ name, facts }: Proposal): string {
  return `  ${isPlain(name) ? name : quoted(name)}:\n${facts.map(writeFact).join("")}`;
}

function writeFact({ key, value, because }: Fact): string {
  const written = key !== "destination" || value === "none" || PATH.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
  return `    ${key}: ${written} # ${because.replaceAll(/[^\x20-\x7e]/g, "?")}\n`;
}

/** What YAML reads as a text without quotes. */
const WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PATH = /^args\.[A-Za-z_][A-Za-z0-9_]*$/;
const NO_TEXT: ReadonlySet<string> = new Set(["true", "false", "null", "yes", "no", "on", "off", "y", "n"]);

function isPlain(name: string): boolean {
  return WORD.test(name) && !NO_TEXT.has(name.toLowerCase());
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
