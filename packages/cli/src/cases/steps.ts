import {
  didYouMean,
  readCall,
  readVerdict,
  type Json,
  type ParsedVerdict,
  type Position,
  type Written,
  type WrittenEntry,
} from "@sallyport/core";
import type { Act } from "../trace/trace-line.ts";
import { readCallExpectations, readExpectation, type Expected } from "./expectation.ts";
import type { Entries, Reader } from "./reader.ts";
import { MAIN, type Sessions } from "./sessions.ts";
import type { Named, Step } from "./suite.ts";

const ROLES = ["user", "system", "external"] as const;
const SAME = ["session", "at"];

/** The keys of each kind of step; the first one says which it is. */
const KINDS: readonly (readonly [kind: string, ...others: readonly string[]])[] = [
  ...ROLES.map((role) => [role, "expect"] as const),
  ["call", "verdict", "result", "error", "expect"],
  ["verdict", "expect"],
  ["result", "error", "of", "expect"],
  ["error", "of", "expect"],
  ["workflow"],
  ["output", "expect"],
  ["at"],
];

/** Where a call is made, or something said of it. */
interface Reference {
  readonly id: string;
  readonly session: string;
  readonly at: Position;
}

/** Reads the steps of one case, one after the other: gives calls their ids and opens sessions. */
export class Steps {
  readonly #reader: Reader;
  readonly #sessions: Sessions;
  readonly #ids: ReadonlySet<string>;
  readonly #last = new Map<string, string>();
  readonly #called: Reference[] = [];
  readonly #references: Reference[] = [];
  #calls = 0;
  #now: number | undefined;

  /** `ids` are those that the case gives to calls itself. */
  constructor(reader: Reader, sessions: Sessions, ids: ReadonlySet<string>) {
    this.#reader = reader;
    this.#sessions = sessions;
    this.#ids = ids;
  }

  /** The steps that an item of `trace` stands for. */
  read(written: Written): readonly Step[] {
    const kind = KINDS.find(([key]) => written.kind === "map" && written.entries.some((entry) => entry.key === key)) ?? KINDS.flat();
    const entries = this.#reader.entries(
      written,
      [...new Set([...kind, ...SAME])],
      kind.length > KINDS.length ? "a step" : `a \`${kind[0] ?? ""}\` step`,
    );
    this.#now = this.#reader.time(entries.get("at")) ?? this.#now;
    const session = this.#sessionOf(entries);
    const made = this.#make(entries, session, written.at);
    return made.length === 0 ? [] : [...this.#sessions.open(session).map((step) => this.#timed(step)), ...made];
  }

  /** Reports verdicts and results of calls that no step makes; to be asked once all steps are read. */
  checkReferences(): void {
    for (const { id, session, at } of this.#references) {
      const calls = this.#called.filter((call) => call.session === session);
      if (calls.some((call) => call.id === id)) continue;
      const elsewhere = this.#called.find((call) => call.id === id)?.session;
      const ids = calls.map((call) => call.id);
      const hint =
        elsewhere === undefined ? didYouMean(id, ids) || `; there is ${ids.join(", ") || "none"}` : `, but session \`${elsewhere}\` has`;
      this.#reader.report(at, `session \`${session}\` of this case has no call \`${id}\`${hint}`);
    }
  }

  /** The id of a call that a step is about. */
  #reference(entry: WrittenEntry | undefined, what: string, session: string): string | undefined {
    const id = this.#reader.text(entry, what);
    if (entry !== undefined && id !== undefined) this.#references.push({ id, session, at: entry.value.at });
    return id;
  }

  #sessionOf(entries: Entries): string {
    const entry = entries.get("session");
    const session = this.#reader.text(entry, "`session`") ?? MAIN;
    if (entry !== undefined && !this.#sessions.has(session))
      this.#reader.report(entry.value.at, `\`${session}\` is none of the \`sessions\` of this case: ${this.#sessions.names().join(", ")}`);
    return session;
  }

  #make(entries: Entries, session: string, at: Position): readonly Step[] {
    for (const role of ROLES) {
      const entry = entries.get(role);
      if (entry !== undefined)
        return [
          this.#step(
            at,
            `${role} message`,
            session,
            { kind: "message", message: { role, content: this.#reader.text(entry, `\`${role}\``) ?? "" } },
            expectationOf(this.#reader, entries.get("expect"), "message"),
          ),
        ];
    }
    const [call, verdict, output] = [entries.get("call"), entries.get("verdict"), entries.get("output")];
    if (call !== undefined) return this.#call(call, entries, session, at);
    if (verdict !== undefined)
      return this.#verdict(verdict, session, this.#last.get(session), expectationOf(this.#reader, entries.get("expect"), "verdict"));
    if (entries.has("result") || entries.has("error")) return this.#result(entries, session, at);
    const workflow = this.#reader.mention(entries.get("workflow"), "workflow", "`workflow`");
    if (workflow !== undefined) return [this.#step(at, `workflow ${workflow}`, session, { kind: "workflow", workflow })];
    if (output !== undefined)
      return [
        this.#step(
          at,
          "output",
          session,
          { kind: "output", text: this.#reader.text(output, "`output`") ?? "" },
          expectationOf(this.#reader, entries.get("expect"), "output"),
        ),
      ];
    return [];
  }

  #call({ value }: WrittenEntry, beside: Entries, session: string, at: Position): readonly Step[] {
    const entries = this.#reader.entries(value, ["tool", "args", "id"], "`call`");
    const tool = this.#reader.name(entries.get("tool"), value.at, "`tool` of a call") ?? "";
    const id = this.#reader.text(entries.get("id"), "`id` of a call") ?? this.#nextId();
    this.#last.set(session, id);
    this.#called.push({ id, session, at: value.at });
    const expect = readCallExpectations(this.#reader, beside.get("expect"));
    const call = readCall({ id, tool, args: this.#reader.json(entries.get("args")) ?? {} });
    const verdict = beside.get("verdict");
    this.#checkBeside(beside, expect);
    return [
      this.#step(at, `call ${id} ${tool}`, session, { kind: "call", call }, expect.call),
      ...(verdict === undefined ? [] : this.#verdict(verdict, session, id, expect.verdict)),
      ...this.#resultOf(beside, session, id, expect.result),
    ];
  }

  #checkBeside(beside: Entries, { verdict, result }: { readonly verdict?: Named; readonly result?: Named }): void {
    const expect = beside.get("expect");
    if (expect === undefined) return;
    if (verdict !== undefined && !beside.has("verdict"))
      this.#reader.report(expect.at, "`verdict` is expected and none stands beside the call");
    if (result !== undefined && !beside.has("result") && !beside.has("error"))
      this.#reader.report(expect.at, "`result` is expected and none stands beside the call");
  }

  #verdict({ value }: WrittenEntry, session: string, last: string | undefined, expect: Named | undefined): readonly Step[] {
    const entries = this.#reader.entries(value, ["call", "decision", "approver", "args", "reason", "endorse"], "`verdict`");
    const call = this.#reference(entries.get("call"), "`call` of a verdict", session) ?? last;
    if (call === undefined) this.#reader.report(value.at, "no call stands before this verdict");
    const approver = this.#reader.identity(entries.get("approver"), "`approver`");
    const decision = this.#reader.word(entries.get("decision"), ["approve", "deny"], "`decision` of a verdict");
    for (const key of ["approver", "decision"]) if (!entries.has(key)) this.#reader.report(value.at, `the verdict has no \`${key}\``);
    const args = this.#reader.json(entries.get("args"));
    const reason = this.#reader.text(entries.get("reason"), "`reason`");
    const endorse = this.#reader.json(entries.get("endorse"));
    if (approver === undefined || decision === undefined || call === undefined) return [];
    const verdict: ParsedVerdict = readVerdict({
      decision,
      approver,
      ...(args === undefined ? {} : { args }),
      ...(reason === undefined ? {} : { reason }),
      ...(Array.isArray(endorse) ? { endorse: endorse.map(String) } : {}),
    });
    return [this.#step(value.at, `verdict on ${call}`, session, { kind: "verdict", call, verdict }, expect)];
  }

  #result(entries: Entries, session: string, at: Position): readonly Step[] {
    const id = this.#reference(entries.get("of"), "`of`", session) ?? this.#last.get(session);
    if (id === undefined) this.#reader.report(at, "no call stands before this result");
    return this.#resultOf(entries, session, id ?? "", expectationOf(this.#reader, entries.get("expect"), "result"));
  }

  #resultOf(entries: Entries, session: string, id: string, expect: Named | undefined): readonly Step[] {
    const [result, error] = [entries.get("result"), entries.get("error")];
    if (result !== undefined && error !== undefined) this.#reader.report(error.at, "a call has a `result` or an `error`, not both");
    const entry = result ?? error;
    const content: Json | undefined = this.#reader.json(entry);
    if (entry === undefined || content === undefined) return [];
    return [this.#step(entry.at, `result of ${id}`, session, { kind: "result", id, content, error: result === undefined }, expect)];
  }

  #step(at: Position, title: string, session: string, act: Act, expect?: Named): Step {
    return this.#timed({ at, title, line: { session, act }, ...(expect === undefined ? {} : { expect }) });
  }

  #timed(step: Step): Step {
    return this.#now === undefined ? step : { ...step, line: { ...step.line, at: this.#now } };
  }

  #nextId(): string {
    do this.#calls++;
    while (this.#ids.has(`c${this.#calls}`));
    return `c${this.#calls}`;
  }
}

function expectationOf(reader: Reader, entry: WrittenEntry | undefined, kind: Exclude<Expected, "call">): Named | undefined {
  return entry === undefined ? undefined : readExpectation(reader, entry, kind);
}
