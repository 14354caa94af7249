import { SallyportError, type Decision, type Look, type Policy } from "@sallyport/core";
import type { Command } from "../command/command.ts";
import { loadPolicyFile } from "../files/policy-file.ts";
import { paintOf, type Style } from "../print/style.ts";
import { formatTable } from "../print/table.ts";
import { visible } from "../print/visible.ts";
import { readTrace } from "../trace/lines.ts";
import { approvesOf, Player } from "../trace/player.ts";
import type { TraceLine } from "../trace/trace-line.ts";

/** Says why the last call of a trace is decided as it is. */
export const explain: Command = {
  name: "explain",
  says: "a trace on stdin → for its last call the decision, every rule looked at, why it did or did not match",
  options: {
    policy: { says: "the policy", value: "FILE", required: true },
    approve: { says: "whether calls that need an approval are taken as approved (default: none)", value: "HOW", of: ["none", "all"] },
    json: { says: "JSON on stdout also where a person looks" },
  },
  help: "A table where a person looks, else JSON: the decision as `replay` prints it, and `looked`, what was found about each rule and limit.",
  async run(input, io) {
    const policy = await loadPolicyFile(input.required("policy"));
    const lines = await readTrace(io.stdin);
    const player = new Player(policy, approvesOf(input.text("approve") === "all" ? "all" : "none", lines));
    const { looked, ...made } = explainLast(lines, player);
    const explained = { ...made, looked: looked.map((look) => ({ ...look, ...selection(policy, look) })) };
    if (input.flag("json") || io.reader === "program") await io.stdout.write(`${JSON.stringify(explained)}\n`);
    else await io.stderr.write(format(explained, io.style));
    return 0;
  },
};

interface Explained extends Pick<Decision, "decision" | "rules" | "reason" | "args" | "labels" | "shadow" | "errors"> {
  readonly session: string;
  readonly call: string;
  readonly tool: string;
  readonly destinations: readonly string[] | null;
  readonly external: boolean | null;
  readonly resource: NonNullable<Decision["target"]>["resource"];
  readonly looked: readonly Look[];
}

function explainLast(lines: readonly TraceLine[], player: Player): Explained {
  const last = lines.findLastIndex(({ act }) => act.kind === "call");
  const first = lines.findIndex((line) => isSameCall(line, lines[last]));
  // a call that is proposed again is answered from the record: what is explained is how it was decided the first time
  for (const line of lines.slice(0, first)) player.play(line);
  const asked = lines[first];
  const looked = asked === undefined ? [] : player.look(asked);
  let found: Explained | undefined;
  for (const line of lines.slice(Math.max(first, 0), last + 1)) {
    const played = player.play(line);
    if (played?.kind === "call") found = explained(played.session, played.call, played.decision, looked);
  }
  return found ?? fail();
}

/** What a rule or limit that was not selected is about. */
function selection({ rules, limits }: Policy, { id, match }: Look): Pick<Look, "note"> {
  const statement = match === "not selected" ? [...rules, ...limits].find((one) => one.id === id) : undefined;
  const named = (["tools", "effects", "agents"] as const).flatMap((key) =>
    statement?.[key] === undefined ? [] : [`${key} ${statement[key].join(", ")}`],
  );
  return named.length === 0 ? {} : { note: `about ${named.join("; ")}` };
}

function fail(): never {
  throw new SallyportError("invalid-input", "the trace has no call that could be explained");
}

function isSameCall(line: TraceLine, other: TraceLine | undefined): boolean {
  return (
    other !== undefined &&
    line.session === other.session &&
    line.act.kind === "call" &&
    other.act.kind === "call" &&
    line.act.call.id === other.act.call.id
  );
}

function explained(
  session: string,
  { id, tool }: { readonly id: string; readonly tool: string },
  made: Decision,
  looked: readonly Look[],
): Explained {
  const { decision, rules, reason, args, labels, shadow, errors, target } = made;
  const { destinations = null, external = null, resource = null } = target ?? {};
  const reused = rules.includes("call-id-reused");
  return {
    session,
    call: id,
    tool,
    decision,
    rules,
    reason,
    args,
    labels,
    shadow,
    errors,
    destinations,
    external,
    resource,
    looked: reused ? [] : looked,
  };
}

function format(explained: Explained, style: Style): string {
  const { session, call, tool, decision, rules, reason, args, labels, destinations, external, errors, looked } = explained;
  const facts = [
    ["call", visible(`${tool} (${call} in session ${session})`)],
    ["decision", { text: decision, paint: paintOf(style, decision) }],
    ["rules", rules.map(visible).join(", ")],
    ["reason", visible(reason)],
    ["args", visible(JSON.stringify(args))],
    ["labels", labels.map(visible).join(", ") || "none"],
    ...(external === null
      ? []
      : [
          [
            "external",
            `${external ? "yes" : "no"}${destinations === null || destinations.length === 0 ? "" : `: ${destinations.map(visible).join(", ")}`}`,
          ],
        ]),
    ...errors.map(({ rule, message }) => [{ text: "failed", paint: style.bad }, visible(`${rule}: ${message}`)]),
  ];
  const head = ["line", "rule", "says", "match", "when"].map((text) => ({ text, paint: style.faint }));
  const rows = looked.map(({ line, id, decide, match, when, note }) => [
    String(line),
    visible(id),
    decide,
    { text: match, paint: match === "yes" ? style.strong : match === "failed" ? style.bad : style.faint },
    [when === undefined ? "always" : visible(when), ...(note === undefined ? [] : [`(${visible(note)})`])].join(" "),
  ]);
  return `${formatTable(facts)}\n${looked.length === 0 ? "no rule was looked at\n" : formatTable([head, ...rows])}`;
}
