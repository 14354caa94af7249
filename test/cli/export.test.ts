import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createGate,
  loadPolicy,
  memoryStore,
  type Decision,
  type Gate,
  type LedgerRecord,
  type ListableStore,
  type Session,
} from "../../packages/core/src/index.ts";
import { exportTrace } from "../../packages/cli/src/ledger/export.ts";
import { readTrace } from "../../packages/cli/src/trace/lines.ts";
import { approvesOf, keyOf, Player } from "../../packages/cli/src/trace/player.ts";
import { POLICY } from "./policy.ts";
import { traceOf } from "./run.ts";

/** With workflows that a few calls of an app follow now and then. */
const policy = loadPolicy(`${POLICY}workflows:
  - { id: refunds-done, lifts: [two, external-email], steps: [{ tools: [refund], when: args.amount > 20 }, { effects: [side_effect] }, { tools: [send_email] }] }
  - { id: mails, lifts: [external-email], steps: [{ tools: [send_email] }, { tools: [crm.get] }, { tools: [send_email] }] }
`);

/** Something that an app does. */
type Op =
  | { readonly do: "observe"; readonly session: number; readonly role: "user" | "external"; readonly wait: number }
  | {
      readonly do: "call" | "propose";
      readonly session: number;
      readonly tool: string;
      readonly args: object;
      readonly fails: boolean;
      readonly wait: number;
    }
  | {
      readonly do: "resolve";
      readonly nth: number;
      readonly decision: "approve" | "deny";
      readonly who: string;
      readonly edit: boolean;
      readonly resume: boolean;
      readonly wait: number;
    }
  | { readonly do: "resume"; readonly nth: number; readonly wait: number }
  | { readonly do: "start"; readonly session: number; readonly workflow: string; readonly wait: number }
  /** another call under an id that was used */
  | { readonly do: "reuse"; readonly nth: number; readonly args: object; readonly wait: number };

const session = fc.integer({ min: 0, max: 3 });
const wait = fc.integer({ min: 1, max: 4 * 60_000 });
const args = fc.oneof(
  fc.record({ tool: fc.constant("read_email"), args: fc.record({ n: fc.integer() }) }),
  fc.record({ tool: fc.constant("crm.get"), args: fc.record({ id: fc.integer() }) }),
  fc.record({
    tool: fc.constant("send_email"),
    args: fc.record({ to: fc.constantFrom("bob@example.com", "eve@evil.example"), body: fc.string() }),
  }),
  fc.record({
    tool: fc.constant("note"),
    args: fc.record({ size: fc.integer(), flag: fc.boolean(), secret: fc.boolean() }, { requiredKeys: [] }),
  }),
  fc.record({ tool: fc.constant("refund"), args: fc.record({ amount: fc.integer({ min: 1, max: 80 }) }) }),
  fc.record({
    tool: fc.constantFrom("refund", "unknown", "note"),
    args: fc.constantFrom({}, { amount: -1 }, { n: Number.NaN }, { size: 2 ** 60 }),
  }),
);
const ops = fc.array(
  fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("observe" as const),
        session,
        role: fc.constantFrom("user" as const, "external" as const),
        wait,
      }),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom("call" as const, "call" as const, "propose" as const), session, args, fc.boolean(), wait)
        .map(([what, session, call, fails, wait]): Op => ({ do: what, session, ...call, fails, wait })),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("resolve" as const),
        nth: fc.nat(1),
        decision: fc.constantFrom("approve" as const, "approve" as const, "deny" as const),
        who: fc.constantFrom("lea", "cy", "p0"),
        edit: fc.boolean(),
        resume: fc.boolean(),
        wait,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("start" as const), session, workflow: fc.constantFrom("refunds-done", "mails"), wait }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("resume" as const), nth: fc.nat(2), wait }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("reuse" as const),
        nth: fc.nat(2),
        args: fc.constantFrom({ other: 1 }, { n: Number.NaN }),
        wait,
      }),
    },
  ),
  { minLength: 10, maxLength: 60, size: "max" },
);

/** An app at a real gate: what it does, and the last decision on each call. */
class App {
  now = 1_000;
  readonly decisions = new Map<string, Decision>();
  /** calls that were allowed and have not been run */
  readonly allowed = new Set<string>();
  readonly pending: { readonly session: number; readonly call: { readonly id: string; readonly tool: string; readonly args: object } }[] =
    [];
  readonly #followed = new Set<string>();
  /** sessions with a call that put a label when it was allowed */
  readonly #labelled = new Set<number>();
  readonly #gate: Gate;
  readonly #sessions: readonly Session[];
  #calls = 0;

  constructor(gate: Gate) {
    this.#gate = gate;
    // s1 works for s0; s3 is of another principal
    this.#sessions = [0, 1, 2, 3].map((n) =>
      gate.session({
        id: `s${n}`,
        principal: { id: n === 3 ? "p3" : "p0", roles: ["support"] },
        agent: { id: "desk" },
        ...(n === 1 ? { parent: "s0" } : {}),
      }),
    );
  }

  async start(): Promise<void> {
    for (const [n, one] of this.#sessions.entries()) {
      this.now += 1;
      await one.observe({ role: "user", content: `hello ${n}` });
    }
  }

  async act(op: Op): Promise<void> {
    this.now += op.wait;
    switch (op.do) {
      case "observe":
        await this.#sessions[op.session]?.observe({ role: op.role, content: `text ${this.now}` });
        return undefined;
      case "start":
        // what a call labelled when it was allowed makes `replay` run it there, and not after the workflow was started
        if (this.#labelled.has(op.session)) return undefined;
        this.#followed.add(`s${op.session}`);
        return this.#sessions[op.session]?.start(op.workflow);
      case "call":
        return this.#call(op.session, { id: `c${this.#calls++}`, tool: op.tool, args: op.args }, op.fails);
      case "propose":
        return this.#propose(op.session, { id: `c${this.#calls++}`, tool: op.tool, args: op.args });
      case "reuse": {
        const waiting = this.pending[op.nth];
        if (waiting !== undefined) await this.#sessions[waiting.session]?.call({ ...waiting.call, args: op.args }, () => "done");
        return undefined;
      }
      case "resume": {
        const waiting = this.pending[op.nth];
        return waiting === undefined ? undefined : this.#call(waiting.session, waiting.call, false);
      }
      case "resolve": {
        const [approval] = (await this.#gate.approvals.list({ status: "pending" })).slice(op.nth);
        if (approval === undefined) return undefined;
        // an edited call that a workflow lifts may run after its approval would have expired, and a verdict then is late in a trace
        const edits = op.edit && !this.#followed.has(approval.session);
        const edit = edits && approval.call.args !== null ? { args: { ...approval.call.args, body: "edited" } } : {};
        await this.#gate.approvals.resolve(approval.id, { decision: op.decision, approver: { id: op.who, roles: ["lead"] }, ...edit });
        const waiting = this.pending.find(({ call }) => call.id === approval.call.id);
        if (waiting !== undefined && op.resume) await this.#call(waiting.session, waiting.call, false);
      }
    }
  }

  /** Whether a call was asked for, and then ran without an answer: a workflow had been started. */
  async #isWithdrawn(session: string, call: string): Promise<boolean> {
    const approvals = await this.#gate.approvals.list();
    return approvals.some((one) => one.session === session && one.call.id === call && one.status === "withdrawn");
  }

  async #propose(session: number, call: { readonly id: string; readonly tool: string; readonly args: object }): Promise<void> {
    const proposal = await this.#sessions[session]?.propose(call);
    if (proposal === undefined) return;
    const key = keyOf(`s${session}`, call.id);
    this.decisions.set(key, proposal.decision);
    if (proposal.status !== "deny") this.pending.push({ session, call });
    if (proposal.status !== "allow") return;
    if (proposal.decision.puts.every((label) => proposal.decision.labels.includes(label))) this.allowed.add(key);
    else this.#labelled.add(session);
  }

  async #call(session: number, call: { readonly id: string; readonly tool: string; readonly args: object }, fails: boolean): Promise<void> {
    const outcome = await this.#sessions[session]?.call(call, () => {
      if (fails) throw new Error("it broke");
      return { id: 1, name: "Bob", iban: "DE00", list: [1, 2] };
    });
    const key = keyOf(`s${session}`, call.id);
    // what was allowed and waited to be run is played where it ran, or was refused instead
    const lifted = outcome?.decision.decision === "allow" && (await this.#isWithdrawn(`s${session}`, call.id));
    if (outcome !== undefined && (!this.decisions.has(key) || this.allowed.delete(key) || lifted))
      this.decisions.set(key, outcome.decision);
    if (outcome?.status === "pending" && !this.pending.some((one) => one.call.id === call.id)) this.pending.push({ session, call });
  }
}

async function streamsOf(store: ListableStore): Promise<readonly (readonly LedgerRecord[])[]> {
  return Promise.all((await store.streams()).map(({ stream }) => store.read(stream, 0)));
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe("an exported ledger", () => {
  it("gives the same decisions when it is replayed", async () => {
    await fc.assert(
      fc.asyncProperty(ops, async (todo) => {
        let app: App | undefined;
        const store = memoryStore({ clock: () => app?.now ?? 0 });
        app = new App(await createGate({ policy, store }));
        await app.start();
        for (const op of todo) await app.act(op);
        const { lines, redacted } = exportTrace(await streamsOf(store));
        expect(redacted).toBe(false);
        const trace = await readTrace(bytesOf(traceOf(...lines)));
        const player = new Player(policy, approvesOf("none", trace));
        const played = trace.flatMap((line) => player.play(line) ?? []);
        // the first decision under an id; later ones are about attempts at it
        const replayed = new Map(
          played.toReversed().flatMap((one) => (one.kind === "call" ? [[keyOf(one.session, one.call.id), one.decision] as const] : [])),
        );
        for (const [key, { decision, rules, args, labels }] of app.decisions) {
          const found = replayed.get(key);
          if (app.allowed.has(key)) continue;
          if (rules[0] === "session-locked") expect(found).toBeUndefined();
          else
            expect({ key, decision: found?.decision, rules: found?.rules, args: found?.args, labels: found?.labels }).toEqual({
              key,
              decision,
              rules,
              args,
              labels,
            });
        }
      }),
      { numRuns: 400 },
    );
  });

  it("keeps the order that streams tell within one millisecond", async () => {
    const store = memoryStore({ clock: () => 5 });
    const gate = await createGate({ policy, store });
    const open = (id: string, parent?: string) =>
      gate.session({ id, principal: { id: "p0" }, agent: { id: "desk" }, ...(parent === undefined ? {} : { parent }) });
    const [z, a, late] = [open("z"), open("a", "z"), open("b", "z")];
    const note = async (session: Session, id: string) => session.call({ id, tool: "note", args: {} }, () => "done");
    await note(z, "c1");
    await z.observe({ role: "external", content: "a page" });
    await note(a, "c2");
    await a.call({ id: "c3", tool: "crm.get", args: {} }, () => ({ id: 1 }));
    await note(z, "c4");
    await note(late, "c5");
    expect(await labelsOf(store)).toEqual({
      c1: [],
      c2: ["untrusted"],
      c3: ["untrusted"],
      c4: ["customer_data", "untrusted"],
      c5: ["customer_data", "untrusted"],
    });
  });

  it("puts a call that was allowed first and claimed later where it was claimed", async () => {
    let now = 1;
    const store = memoryStore({ clock: () => now++ });
    const session = (await createGate({ policy, store })).session({ id: "s", principal: { id: "p0" }, agent: { id: "desk" } });
    const mail = { id: "c1", tool: "send_email", args: { to: "bob@example.com", body: "hi" } };
    await session.propose(mail);
    await session.call({ id: "c2", tool: "note", args: {} }, () => "done");
    await session.call(mail, () => "sent");
    await session.call({ id: "c3", tool: "note", args: {} }, () => "done");
    expect(await labelsOf(store)).toEqual({ c2: [], c1: [], c3: ["mailed"] });
  });

  it("says what a trace cannot say, and replays the rest", async () => {
    let now = 1;
    const store = memoryStore({ clock: () => now++ });
    const gate = await createGate({ policy, store });
    const session = gate.session({ id: "s", principal: { id: "p0" }, agent: { id: "desk" } });
    for (let n = 0; n < 12; n++) await session.call({ id: `c${n}`, tool: "unknown", args: {} }, () => "done");
    await session.call({ id: "c0", tool: "note", args: {} }, () => "done");
    await gate
      .session({ id: "s", principal: { id: "eve" }, agent: { id: "desk" } })
      .call({ id: "x", tool: "note", args: {} }, () => "done");
    const { lines, notes } = exportTrace(await streamsOf(store));
    expect(notes).toEqual([
      "2 calls refused in a locked session, left out: `replay` locks none",
      "1 call for somebody else's session, left out",
    ]);
    const decided = await decisionsOf(lines);
    expect(decided).toHaveLength(11);
    expect(decided.at(-1)).toMatchObject({ decision: "deny", rules: ["call-id-reused"] });
  });

  it("plays attempts under a used id again, with what they tried", async () => {
    let now = 1;
    const store = memoryStore({ clock: () => now++ });
    const session = (await createGate({ policy, store })).session({ id: "s", principal: { id: "p0" }, agent: { id: "desk" } });
    const note = { id: "c1", tool: "note", args: { size: 50 }, definition: { name: "note" } };
    await session.call(note, () => "done");
    await session.call({ ...note, args: { size: 51 } }, () => "done");
    // a trace has no definitions: what was tried with another one is refused there for its args
    await session.call({ ...note, definition: { name: "other" } }, () => "done");
    await session.call({ ...note, args: { size: 10 }, definition: { name: "other" } }, () => "done");
    await session.call({ ...note, tool: "refund" }, () => "done");
    const { lines } = exportTrace(await streamsOf(store));
    expect(lines.flatMap(({ call }) => (call === undefined ? [] : [call]))).toEqual([
      { id: "c1", tool: "note", args: { size: 50 } },
      { id: "c1", tool: "note", args: { size: 51 } },
      { id: "c1", tool: "note", args: null },
      { id: "c1", tool: "note", args: null },
      { id: "c1", tool: "refund", args: { size: 50 } },
    ]);
    const [first, ...others] = await decisionsOf(lines);
    expect(first).toMatchObject({ decision: "allow", args: { size: 10 } });
    for (const other of others) expect(other).toMatchObject({ decision: "deny", rules: ["call-id-reused"] });
  });

  it("names calls whose args got back what was masked", async () => {
    const masks = loadPolicy(`version: 1
name: masks
tools: { get: { effect: read }, note: { effect: write, destination: none } }
rules:
  - { id: mask, on: result, tools: [get], detect: [pii.email], decide: redact }
  - { id: knows, tools: [note], set: { args.to: reveal(args.to) }, decide: allow }`);
    const store = memoryStore();
    const session = (await createGate({ policy: masks, store })).session({ id: "s", principal: { id: "p0" }, agent: { id: "desk" } });
    await session.call({ id: "c1", tool: "get", args: {} }, () => ({ mail: "bob@example.com" }));
    await session.call({ id: "c2", tool: "note", args: { to: "[EMAIL_1]" } }, () => "done");
    await session.call({ id: "c3", tool: "note", args: { to: "nobody" } }, () => "done");
    expect(exportTrace(await streamsOf(store)).notes).toEqual([
      "1 call whose args got back what was masked: `replay` has the placeholders alone, and may decide otherwise",
    ]);
  });

  it("names calls that were resumed without an approval, and those that were never run", async () => {
    const store = memoryStore();
    const session = (await createGate({ policy, store })).session({ id: "s", principal: { id: "p0" }, agent: { id: "desk" } });
    for (const id of ["c1", "c2"]) await session.propose({ id, tool: "note", args: {} }, { resumed: true });
    await session.propose({ id: "c3", tool: "crm.get", args: {} });
    await session.call({ id: "c4", tool: "note", args: {} }, () => "done");
    const { lines, notes } = exportTrace(await streamsOf(store));
    expect(notes).toEqual([
      "2 calls resumed without an approval and refused that once, left out",
      "3 calls that were allowed and never run, moved to the end: `replay` runs them there",
    ]);
    expect((await decisionsOf(lines)).map(({ call, labels }) => [call, labels])).toEqual([
      ["c4", []],
      ["c1", []],
      ["c2", []],
      ["c3", []],
    ]);
  });

  it("tells sessions of two tenants apart that have the same id", async () => {
    const store = memoryStore();
    const gate = await createGate({ policy, store });
    for (const tenant of ["a", "b"])
      await gate.session({ id: "s", principal: { id: "p", tenant }, agent: { id: "desk" } }).observe({ role: "user", content: "hi" });
    const { lines } = exportTrace(await streamsOf(store));
    expect(new Set(lines.map(({ session }) => session))).toEqual(new Set(["a/s", "b/s"]));
  });
});

async function decisionsOf(lines: readonly unknown[]): Promise<readonly (Decision & { readonly call: string })[]> {
  const trace = await readTrace(bytesOf(traceOf(...lines)));
  const player = new Player(policy, approvesOf("none", trace));
  return trace.flatMap((line) => {
    const played = player.play(line);
    return played?.kind === "call" ? [{ ...played.decision, call: played.call.id }] : [];
  });
}

/** The labels of the session at each call, as its export replays. */
async function labelsOf(store: ListableStore): Promise<Readonly<Record<string, readonly string[]>>> {
  const decided = await decisionsOf(exportTrace(await streamsOf(store)).lines);
  return Object.fromEntries(decided.map(({ call, labels }) => [call, labels]));
}
