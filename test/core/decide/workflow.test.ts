import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileProgram, decide, loadPolicy, readCall, Replay, type Decision, type Request } from "@sallyport/core";

const POLICY = `
version: 1
name: workflows
boundary: { internal: [fin] }
tools:
  list: { effect: read, labels: [own] }
  page: { effect: read, trust: untrusted }
  other: { effect: read, labels: [l] }
  plain: { effect: read }
  send: { effect: side_effect, destination: args.to, labels: [out] }
  pay: { effect: write, destination: none }
  free: { effect: write, destination: none }
rules:
  - { id: ask, tools: [send], decide: require_approval }
  - { id: ask-much, tools: [send], when: has(args.n) && args.n > 1, decide: require_approval }
  - { id: no, tools: [send], when: 'has(args.body) && args.body == "no"', decide: deny }
  - { id: mark, tools: [send], when: 'has(args.body) && args.body == "mark"', labels: [marked] }
  - { id: marks-result, on: result, tools: [plain], when: result == "mark", labels: [marked] }
  - { id: seen, tools: [send], when: 'has(args.body) && args.body == "seen"', decide: allow, mode: shadow }
  - { id: free, tools: [free], decide: allow }
  - { id: pay, tools: [pay], decide: require_approval }
limits:
  - { id: some, tools: [pay], per: principal.id, window: 1h, max: 1, decide: deny }
workflows:
  - { id: digest, lifts: [ask, pay], steps: [{ tools: [list] }, { tools: [send], when: 'args.to == "fin"' }] }
  - { id: sends, lifts: [ask], steps: [{ tools: ["se*"] }, { effects: [side_effect], agents: ["de*"] }] }
  - { id: pays, lifts: [pay], steps: [{ tools: [pay] }, { tools: [pay] }] }
  - { id: others, lifts: [ask], steps: [{ tools: [send], agents: [somebody] }] }
  - { id: much, lifts: [ask, ask-much], steps: [{ tools: [send] }] }
`;

/** One thing that happens; of a call also what is decided, by which rules. `TOOL.` is its result, `TOOL!` an error of it. */
type Event = string | readonly [call: string, args: object, decision: string, ...rules: readonly string[]];

/** Plays events in a session; yields what was decided, as they name it. */
function play(events: readonly Event[]): readonly (readonly [string, string, readonly string[]])[] {
  const replay = new Replay(loadPolicy(POLICY));
  const open = { principal: { id: "ann" }, agent: { id: "desk" } };
  replay.open("s", open);
  replay.open("child", { ...open, parent: "s" });
  const decided: (readonly [string, string, readonly string[]])[] = [];
  const last = new Map<string, string>();
  const call = (id: string, tool: string, args: object, session = "s"): Decision => {
    last.set(tool, id);
    return replay.call(session, readCall({ id, tool, args }), tool === "free");
  };
  for (const [index, event] of events.entries()) {
    if (typeof event !== "string") {
      const [tool, args] = event;
      const { decision, rules } = call(`c${index}`, tool, args);
      decided.push([tool, decision, rules]);
    } else if (event.startsWith("start ")) replay.start("s", event.slice(6));
    else if (event === "external") replay.observe("s", { role: "external", content: `text ${index}` });
    else if (event === "child reads other") call(`k${index}`, "other", {}, "child");
    else if (event === "approved")
      replay.verdict("s", last.get("send") ?? "", { decision: "approve", approver: { id: "lea" }, args: undefined });
    else if (/^\w+[.!]/.test(event))
      replay.result("s", last.get(/^\w+/.exec(event)?.[0] ?? "") ?? "", event.slice(event.search(/[.!]/) + 1), event.includes("!"));
    else call(`c${index}`, event, event === "free" ? {} : { to: "fin" });
  }
  return decided;
}

const FIN = { to: "fin" };
const lifted: Event = ["send", FIN, "allow", "ask"];
const asks: Event = ["send", FIN, "require_approval", "ask"];
const TO_SEND = ["start digest", "list", "list."];

describe("a workflow", () => {
  it.each<[string, ...Event[]]>([
    ["lifts at its step, which the default denies otherwise", ...TO_SEND, lifted],
    ["is nothing that was not started", "list", "list.", asks],
    ["lifts nothing before its step", "start digest", asks],
    ["does not advance before the call completes", "start digest", "list", asks],
    ["takes each step once", ...TO_SEND, lifted, "send.", asks],
    ["lifts once while its step runs", ...TO_SEND, lifted, asks],
    ["is over after its last step", ...TO_SEND, lifted, "send.", "list", "list.", asks],
    ["can be started anew", ...TO_SEND, lifted, "send.", ...TO_SEND, lifted],
    ["starts from its first step anew", ...TO_SEND, "start digest", asks],
    ["gives way to another one", ...TO_SEND, "start pays", asks],
    ["does not lift where its step's `when` is false", ...TO_SEND, ["send", { to: "eve" }, "require_approval", "ask"]],
    ["does not lift where its step's `when` fails", ...TO_SEND, ["send", { to: ["fin"] }, "require_approval", "ask"]],
    ["lifts no other rule that asks", ...TO_SEND, ["send", { to: "fin", n: 2 }, "require_approval", "ask-much"]],
    ["lifts no rule that only failed", "start much", ["send", { to: "fin", n: "x" }, "require_approval", "ask-much"]],
    ["lifts several rules", "start much", ["send", { to: "fin", n: 2 }, "allow", "ask", "ask-much"]],
    ["never lifts a deny", ...TO_SEND, ["send", { to: "fin", body: "no" }, "deny", "no"]],
    ["goes on after a call that was denied", ...TO_SEND, ["send", { to: "fin", body: "no" }, "deny", "no"], ["send", FIN, "allow", "ask"]],
    ["never lifts a limit", "start pays", ["pay", {}, "allow", "pay"], "pay.", ["pay", {}, "deny", "some"]],
    ["goes on over reads", ...TO_SEND, "plain", "plain.", lifted],
    ["ends where another call than a read is claimed", ...TO_SEND, "free", asks],
    ["ends where one is claimed while a step runs", "start digest", "list", "free", "list.", asks],
    ["goes on where one waits for its approval", ...TO_SEND, ["pay", {}, "require_approval", "pay"], lifted],
    ["ends where its step's call fails", "start digest", "list", "list!", asks],
    [
      "advances where the step was approved, since another rule asks",
      "start sends",
      ["send", { to: "fin", n: 2 }, "require_approval", "ask-much"],
      "approved",
      "send.",
      ["send", FIN, "allow", "ask"],
    ],
    ["ends where a label comes with a text", ...TO_SEND, "external", asks],
    ["ends where a label comes with another read", ...TO_SEND, "other", asks],
    ["ends where a label comes with another read while a step runs", "start digest", "list", "page", "list.", asks],
    ["goes on where a label comes again", "external", ...TO_SEND, "external", "page", lifted],
    ["ends where a label comes from a child", ...TO_SEND, "child reads other", asks],
    ["ends where a rule labels a result", "start digest", "list", "plain", "plain.mark", "list.", asks],
    [
      "lifts for the call whose own rule labels, and ends",
      "start sends",
      ["send", { to: "fin", body: "mark" }, "allow", "ask"],
      "send.",
      asks,
    ],
    ["takes globs, effects and agents", "start sends", ["send", FIN, "allow", "ask"], "send.", ["send", FIN, "allow", "ask"]],
    ["is for the agents that its steps name", "start others", asks],
  ])("%s", (_, ...events) => {
    const wanted = events.flatMap((event) => (typeof event === "string" ? [] : [[event[0], event[2], event.slice(3)]]));
    expect(play(events)).toEqual(wanted);
  });

  it("is started by its own name only", () => {
    const replay = new Replay(loadPolicy(POLICY));
    expect(() => replay.start("s", "dijest")).toThrow("the policy has no workflow `dijest`, did you mean `digest`?");
    expect(() => replay.start("s", "x")).toThrow("the policy has no workflow `x`; it has `digest`, `sends`, `pays`, `others`, `much`");
    expect(() => new Replay(loadPolicy("version: 1\nname: t\n")).start("s", "x")).toThrow("the policy has no workflow `x`; it has none");
  });

  it("is noted by the rules that it lifts", () => {
    const replay = new Replay(loadPolicy(POLICY));
    replay.open("s", { principal: { id: "ann" }, agent: { id: "desk" } });
    replay.start("s", "much");
    const looked = replay.explain("s", readCall({ id: "c", tool: "send", args: { to: "fin", n: 2 } }))?.looked ?? [];
    expect(looked.find(({ id }) => id === "ask")?.note).toBe("lifted: the call is step 1 of workflow `much`");
    expect(looked.find(({ id }) => id === "no")?.note).toBeUndefined();
  });
});

const verbs = ["allow", "deny", "require_approval"] as const;
const flags = ["f0", "f1", "f2"];

interface Drawn {
  readonly rules: readonly {
    readonly decide: (typeof verbs)[number];
    readonly flag: string;
    readonly lifted: boolean;
    readonly shadow: boolean;
  }[];
  readonly limits: readonly { readonly decide: "deny" | "require_approval"; readonly over: boolean }[];
  readonly byDefault: (typeof verbs)[number];
  /** what each flag is; left out, the rules that read it fail */
  readonly args: { readonly [flag: string]: boolean };
}

const drawn = fc.record<Drawn>({
  rules: fc.array(
    fc.record({ decide: fc.constantFrom(...verbs), flag: fc.constantFrom(...flags), lifted: fc.boolean(), shadow: fc.boolean() }),
    { maxLength: 7 },
  ),
  limits: fc.array(fc.record({ decide: fc.constantFrom("deny", "require_approval"), over: fc.boolean() }), { maxLength: 2 }),
  byDefault: fc.constantFrom(...verbs),
  args: fc.dictionary(fc.constantFrom(...flags), fc.boolean()),
});

/** A policy with one tool and, where something can be lifted, a workflow whose only step is any call of it. */
function policyOf({ rules, limits, byDefault }: Drawn, lifts: readonly string[]): string {
  const lines = [
    ...rules.map(({ decide: says, flag, shadow }, index) => {
      const mode = shadow ? ", mode: shadow" : "";
      return `  - { id: r${index}, tools: [t], when: args.${flag}, decide: ${says}, labels: [l${index}]${mode} }`;
    }),
    "limits:",
    ...limits.map(({ decide: says, over }, index) => {
      return `  - { id: m${index}, tools: [t], per: agent.id, window: 1h, max: ${over ? 0 : 9}, decide: ${says} }`;
    }),
    ...(limits.length === 0 ? ["  []"] : []),
    `workflows: [{ id: wf, lifts: [${lifts.join(", ")}], steps: [{ tools: [t] }] }]`,
  ];
  const head = `version: 1\nname: p\ntools: { t: { effect: write, destination: none } }\ndefaults: { write: ${byDefault} }\nrules:`;
  return [head, ...lines, ""].join("\n");
}

describe("a workflow never opens what it does not lift", () => {
  it("denies, limits, shadow, charges and labels stay; what differs was asked for, and is asked for less", () => {
    fc.assert(
      fc.property(drawn, (one) => {
        const lifts = one.rules.flatMap(({ lifted, decide: says }, index) => (lifted && says === "require_approval" ? [`r${index}`] : []));
        fc.pre(lifts.length > 0);
        const program = compileProgram(loadPolicy(policyOf(one, lifts)));
        const [workflow] = program.policy.workflows;
        const session = { id: "s", labels: [], steps: [] };
        const request: Request = {
          tool: "t",
          args: one.args,
          principal: { id: "ann" },
          agent: { id: "desk" },
          context: {},
          session,
          now: 0,
        };
        const before = decide(program, request, () => 0);
        const after = decide(program, { ...request, workflow: workflow && { ...workflow, next: 0 } }, () => 0);
        expect(after.step).toEqual({ workflow: "wf", index: 0 });
        const { args, labels, shadow, errors, puts, charges, target } = before;
        expect(after).toMatchObject({ args, labels, shadow, errors, puts, charges, target });
        const failed = new Set(errors.map(({ rule }) => rule));
        const left = before.rules.filter((id) => !lifts.includes(id) || failed.has(id));
        const asks = before.decision === "require_approval";
        const [decision, rules] = !asks
          ? [before.decision, before.rules]
          : left.length > 0
            ? ["require_approval", left]
            : ["allow", after.rules];
        expect([after.decision, after.rules]).toEqual([decision, rules]);
      }),
      { numRuns: 500 },
    );
  });
});
