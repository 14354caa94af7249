import type { DecisionError, Look } from "@sallyport/core";
import type { Command } from "../command/command.ts";
import { loadPolicyFile } from "../files/policy-file.ts";
import { formatOrigins } from "../print/origins.ts";
import { paintOf, type Style } from "../print/style.ts";
import { formatTable, type Cell } from "../print/table.ts";
import { visible } from "../print/visible.ts";
import { explainCall, type Explained } from "../trace/explained.ts";
import { readTrace } from "../trace/lines.ts";
import { approvesOf, Player } from "../trace/player.ts";
import type { TraceLine } from "../trace/trace-line.ts";
import { TRACE_HELP } from "./trace-help.ts";

/** Says why a call of a trace is decided as it is. */
export const explain: Command = {
  name: "explain",
  says: "a trace on stdin → for its last call the decision, every rule looked at, why it did or did not match",
  options: {
    policy: { says: "the policy", value: "FILE", required: true },
    call: { says: "the call with this id (default: the last call)", value: "ID" },
    session: { says: "the call in this session", value: "ID" },
    approve: { says: "whether calls that need an approval are taken as approved (default: none)", value: "HOW", of: ["none", "all"] },
    json: { says: "JSON on stdout also where a person looks" },
  },
  help: `
A table where a person looks, else JSON: the decision as \`replay\` prints it, \`origins\`, where each value of the args was
seen before, and \`looked\`, what was found about each rule and limit. Where the trace has the call's result, also \`result\`, with what was found about each rule on results; it is null
where the call did not run.
${TRACE_HELP}`,
  async run(input, io) {
    const policy = await loadPolicyFile(input.required("policy"));
    const lines = await readTrace(io.stdin);
    const player = new Player(policy, approvesOf(input.text("approve") === "all" ? "all" : "none", lines));
    const [call, session] = [input.text("call"), input.text("session")];
    const wanted = { ...(call === undefined ? {} : { call }), ...(session === undefined ? {} : { session }) };
    const explained = explainCall(lines, wanted, player, policy);
    if (input.flag("json") || io.reader === "program") await io.stdout.write(`${JSON.stringify(explained)}\n`);
    else await io.stderr.write(format(explained, silenceOf(explained, lines), io.style));
    return 0;
  },
};

function format(explained: Explained, silence: string, style: Style): string {
  const { session, call, tool, decision, rules, reason, args, labels, destinations, external, errors, looked, origins } = explained;
  const to = destinations === null || destinations.length === 0 ? "" : `: ${destinations.map(visible).join(", ")}`;
  const facts = [
    ["call", visible(`${tool} (${call} in session ${session})`)],
    ["decision", { text: decision, paint: paintOf(style, decision) }],
    ["rules", rules.map(visible).join(", ")],
    ["reason", visible(reason)],
    ["args", visible(JSON.stringify(args))],
    ["labels", labels.map(visible).join(", ") || "none"],
    ...(external === null ? [] : [["external", `${external ? "yes" : "no"}${to}`]]),
    ...failures(errors, style),
  ];
  return `${formatTable(facts)}${formatOrigins(origins)}${silence}\n${formatLooked(looked, style)}${formatResult(explained, style)}`;
}

/** What to say where no rule could find anything from the user, as in an app that does not observe what the user says. */
function silenceOf({ session, origins }: Explained, lines: readonly TraceLine[]): string {
  const hears = lines.some(
    ({ session: where, act }) =>
      where === session &&
      ((act.kind === "message" && act.message.role === "user") || (act.kind === "opening" && act.opening.parent !== undefined)),
  );
  if (hears || origins.length === 0) return "";
  return `note: session \`${visible(session)}\` has no user message, so nothing in it is from the user; an app says what the user says by \`observe\`\n`;
}

function formatResult({ result }: Explained, style: Style): string {
  if (result === undefined) return "";
  if (result === null) return "\nresult  nobody saw it: the call did not run\n";
  const facts = [
    ["result", { text: result.decision, paint: paintOf(style, result.decision) }],
    ["rules", result.rules.map(visible).join(", ") || "none"],
    ["content", visible(JSON.stringify(result.content))],
    ...failures(result.errors, style),
  ];
  return `\n${formatTable(facts)}\n${formatLooked(result.looked, style)}`;
}

function failures(errors: readonly DecisionError[], style: Style): readonly (readonly Cell[])[] {
  return errors.map(({ rule, message }) => [{ text: "failed", paint: style.bad }, visible(`${rule}: ${message}`)]);
}

function formatLooked(looked: readonly Look[], style: Style): string {
  if (looked.length === 0) return "no rule was looked at\n";
  const head = ["line", "rule", "says", "match", "when"].map((text) => ({ text, paint: style.faint }));
  const rows = looked.map(({ line, id, decide, match, when, note }) => [
    String(line),
    visible(id),
    decide,
    { text: match, paint: match === "yes" ? style.strong : match === "failed" ? style.bad : style.faint },
    [when === undefined ? "always" : visible(when), ...(note === undefined ? [] : [`(${visible(note)})`])].join(" "),
  ]);
  return formatTable([head, ...rows]);
}
