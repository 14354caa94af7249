import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  collectProblems,
  isObject,
  loadPolicy,
  plain,
  readDocument,
  type Decision,
  type Json,
  type JsonObject,
  type Policy,
} from "@sallyport/core";
import { Player } from "../../packages/cli/src/trace/player.ts";
import { readLine } from "../../packages/cli/src/trace/read-line.ts";

/** A rule (or a fact of the catalog) that stops what origins cannot see. */
interface Pairing {
  readonly id: string;
  readonly says: string;
  /** the lines of the policy, as people would write them */
  readonly lines: readonly string[];
  readonly policy: Policy;
}

/** A way to hide where a value came from. */
export interface Evasion {
  readonly name: string;
  readonly how: string;
  /** the pairing that stops it; undefined: origins do */
  readonly escapes?: Pairing;
  readonly lines: readonly JsonObject[];
}

/** Every evasion, and the policy that they are played on. */
export interface Evasions {
  readonly policy: Policy;
  readonly pairings: readonly Pairing[];
  readonly evasions: readonly Evasion[];
}

/** Reads test/redteam/evasions.yaml. */
export function readEvasions(): Evasions {
  const problems = collectProblems();
  const root = readDocument(readFileSync(join(import.meta.dirname, "evasions.yaml"), "utf8"), problems.report);
  const value = root === undefined ? null : plain(root);
  if (!isObject(value) || problems.list().length > 0) throw new Error(JSON.stringify(problems.list()));
  const text = textOf(value, "policy");
  const pairings = listOf(value, "pairings").map((item): Pairing => {
    const lines = [item["rules"], item["tools"]].flatMap((added) => (typeof added === "string" ? added.trim().split("\n") : []));
    return { id: textOf(item, "id"), says: textOf(item, "says"), lines, policy: loadPolicy(paired(text, item)) };
  });
  return { policy: loadPolicy(text), pairings, evasions: listOf(value, "evasions").map((item) => readEvasion(item, pairings)) };
}

/** How the call with the smuggled value is decided. */
export function decideOn(policy: Policy, { lines }: Evasion): Decision["decision"] | undefined {
  const player = new Player(policy, () => false);
  const played = lines.map((line) => player.play(readLine(JSON.stringify(line)))).at(-1);
  return played?.kind === "call" ? played.decision.decision : undefined;
}

/** The policy with what a pairing adds. */
function paired(policy: string, item: JsonObject): string {
  const rules = indent(item["rules"]);
  const replaced = (item["tools"] === undefined ? "" : textOf(item, "tools"))
    .split("\n")
    .filter((line) => line !== "")
    .reduce((text, line) => text.replace(new RegExp(`^  ${line.split(":")[0] ?? ""}: .*$`, "m"), () => `  ${line}`), policy);
  return `${replaced}${rules}`;
}

function indent(rules: Json | undefined): string {
  return typeof rules === "string" ? rules.replaceAll(/^(?=.)/gm, "  ") : "";
}

function readEvasion(item: JsonObject, pairings: readonly Pairing[]): Evasion {
  const named = item["escapes"];
  const escapes = pairings.find(({ id }) => id === named);
  if (named !== undefined && escapes === undefined) throw new Error(`there is no pairing \`${JSON.stringify(named)}\``);
  const name = textOf(item, "name");
  return { name, how: textOf(item, "how"), ...(escapes === undefined ? {} : { escapes }), lines: linesOf(item) };
}

function linesOf(item: JsonObject): readonly JsonObject[] {
  const opening = { principal: { id: "ann" }, agent: { id: "desk" } };
  const steps = listOf(item, "steps");
  const hasHelper = steps.some(({ session }) => session === "helper");
  const said = (key: string): readonly JsonObject[] =>
    typeof item[key] === "string" ? [{ session: "main", message: { role: "user", content: item[key] } }] : [];
  return [
    { session: "main", ...opening },
    ...(hasHelper ? [{ session: "helper", ...opening, parent: "main" }] : []),
    ...said("user"),
    ...steps.flatMap(({ session = "main", tool = "", args = {}, result, error }, index): readonly JsonObject[] => [
      { session, call: { id: `c${index}`, tool, args } },
      { session, result: { id: `c${index}`, content: result ?? error ?? "", error: error !== undefined } },
    ]),
    ...said("then"),
    { session: "main", call: { id: "smuggled", ...objectOf(item, "call") } },
  ];
}

function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value !== "string") throw new Error(`\`${key}\` is no text in ${JSON.stringify(object)}`);
  return value;
}

function objectOf(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  if (!isObject(value)) throw new Error(`\`${key}\` is no object`);
  return value;
}

function listOf(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key] ?? [];
  if (!Array.isArray(value) || !value.every((item) => isObject(item))) throw new Error(`\`${key}\` is no list of objects`);
  return value;
}
