import { describe, expect, it } from "vitest";
import { judge, type Judgement, type ParsedVerdict } from "../../../packages/core/src/approval/judge.ts";
import type { ApprovalState, CallState, RecordedVerdict, SessionState } from "../../../packages/core/src/session/state.ts";
import { ARGS, asked, session, waitingApproval, waitingCall } from "./sample.ts";

const LEA = { id: "lea", tenant: "t" };
const NOW = 1000;
const yes = (more: Partial<ParsedVerdict> = {}): ParsedVerdict => ({ decision: "approve", approver: LEA, ...more });
const no = (more: Partial<ParsedVerdict> = {}): ParsedVerdict => ({ ...yes(more), decision: "deny" });
const named = (...rules: readonly string[]) => rules.map((rule) => ({ rule, digest: `digest of ${rule}` }));
const byMax = (...rules: readonly string[]): RecordedVerdict => ({ approver: "max", decision: "approve", names: named(...rules) });
const withoutArgs = waitingCall({ decision: { ...waitingCall().decision, args: null } });

/** The record of an answer, as it should be written. */
function answer(decision: "approve" | "deny", rules: readonly string[], state: object = {}, payload: object = {}): object {
  return {
    type: "approval.verdict",
    state: { approval: "ap_1", decision, approver: "lea", names: named(...rules), edited: false, endorsed: [], ...state },
    payload: { approver: LEA, ...payload },
  };
}

const settled = (status: string) => ({ type: "approval.settled", state: { approval: "ap_1", status } });

interface Given {
  readonly session?: Partial<SessionState>;
  readonly approval?: Partial<ApprovalState>;
  readonly call?: CallState;
}

const CASES: readonly (readonly [string, Given, ParsedVerdict, object])[] = [
  ["a yes", {}, yes(), { status: "approved", rules: [], entries: [answer("approve", ["outside"]), settled("approved")] }],
  [
    "a no, with its reason",
    {},
    no({ reason: "not him" }),
    { status: "denied", rules: [], entries: [answer("deny", ["outside"], {}, { reason: "not him" }), settled("denied")] },
  ],
  [
    "a no does not look at args, nor at what was edited, seen, endorsed or erased",
    { approval: { edit: { args: ARGS, approver: { id: "max" } } }, call: withoutArgs },
    no({ args: 7, digest: "other", endorse: ["c9"] }),
    { status: "denied", rules: [], entries: [answer("deny", ["outside"]), settled("denied")] },
  ],
  [
    "an approval that is over",
    { approval: { status: "denied" } },
    yes(),
    { status: "ignored", rules: [], reason: "nothing is pending", entries: [] },
  ],
  [
    "a call that waits no more",
    { call: waitingCall({ status: "completed" }) },
    yes(),
    { status: "ignored", rules: [], reason: "nothing is pending", entries: [] },
  ],
  [
    "just expired",
    { approval: { asked: [asked("outside", { expiresAt: NOW })] } },
    yes(),
    { status: "ignored", rules: [], reason: "the approval expired", entries: [settled("expired")] },
  ],
  ["just not expired", { approval: { asked: [asked("outside", { expiresAt: NOW + 1 })] } }, yes(), { status: "approved", rules: [] }],
  [
    "expired with the first of its rules",
    { approval: { asked: [asked("outside", { expiresAt: NOW + 9 }), asked("night", { expiresAt: NOW - 9 }), asked("always")] } },
    yes(),
    { status: "ignored", reason: "the approval expired" },
  ],
  [
    "of another tenant",
    {},
    yes({ approver: { id: "lea", tenant: "u" } }),
    {
      status: "ignored",
      rules: ["outside"],
      reason: "the call is of tenant `t`, the approver of tenant `u`",
      entries: [{ ...answer("approve", []), payload: { approver: { id: "lea", tenant: "u" } } }],
    },
  ],
  ["of no tenant", {}, yes({ approver: { id: "lea" } }), { reason: "the call is of tenant `t`, the approver of no tenant" }],
  [
    "of a tenant that is none",
    {},
    yes({ approver: { id: "lea", tenant: 5 } }),
    { reason: "the call is of tenant `t`, the approver of no tenant" },
  ],
  [
    "of a tenant, where the call has none",
    { session: { pin: { tenant: "", session: "s", principal: "ann", agent: "desk" } } },
    yes(),
    { reason: "the call is of no tenant, the approver of tenant `t`" },
  ],
  [
    "nobody whom `by` lets answer",
    { approval: { asked: [asked("outside", { by: 'approver.id == "max"' })] } },
    no(),
    { status: "ignored", rules: ["outside"], reason: "`by` does not let `lea` answer", entries: [answer("deny", [])] },
  ],
  [
    "while an edit waits",
    { approval: { edit: { args: ARGS, approver: { id: "max" } } } },
    yes(),
    { status: "ignored", rules: ["outside"], reason: "an edit by `max` waits to be decided on first", entries: [answer("approve", [])] },
  ],
  [
    "to what was there before an edit",
    {},
    yes({ digest: "d0" }),
    { status: "ignored", rules: ["outside"], reason: "the call was edited since it was looked at", entries: [answer("approve", [])] },
  ],
  ["to what is there", {}, yes({ digest: "d1" }), { status: "approved" }],
  [
    "to args that were erased",
    { call: withoutArgs },
    yes(),
    { status: "ignored", rules: ["outside"], reason: "the recorded args were erased", entries: [answer("approve", [])] },
  ],
  [
    "to args that were erased, with others",
    { call: withoutArgs },
    yes({ args: ARGS }),
    { status: "ignored", reason: "the recorded args were erased" },
  ],
  [
    "to args that were erased: only rules without `by` can be answered",
    { call: withoutArgs, approval: { asked: [asked("outside", { by: "true" }), asked("any")] } },
    no(),
    { status: "denied", entries: [answer("deny", ["any"]), settled("denied")] },
  ],
  [
    "where the facts were erased: only rules without `by` can be answered",
    { approval: { facts: {}, asked: [asked("outside", { by: "true" }), asked("any")] } },
    yes(),
    { status: "pending", rules: ["outside"], entries: [answer("approve", ["any"])] },
  ],
  [
    "one of two rules",
    { approval: { asked: [asked("outside"), asked("night", { by: 'approver.id == "max"' })] } },
    yes(),
    { status: "pending", rules: ["night"], entries: [answer("approve", ["outside"])] },
  ],
  [
    "the other one had been answered",
    { approval: { asked: [asked("outside"), asked("night", { by: 'approver.id == "max"' })], verdicts: [byMax("night")] } },
    yes(),
    { status: "approved", rules: [] },
  ],
  [
    "answered by a no, which approves nothing",
    { approval: { asked: [asked("outside", { quorum: 2 })], verdicts: [{ ...byMax("outside"), decision: "deny" }] } },
    yes(),
    { status: "pending", rules: ["outside"] },
  ],
  [
    "answered under another rule of the same text",
    {
      approval: {
        asked: [asked("outside", { quorum: 2 })],
        verdicts: [{ ...byMax(), names: [{ rule: "inside", digest: "digest of outside" }] }],
      },
    },
    yes(),
    { status: "pending", rules: ["outside"] },
  ],
  [
    "answered under the same rule with another text",
    { approval: { asked: [asked("outside", { quorum: 2 })], verdicts: [{ ...byMax(), names: [{ rule: "outside", digest: "old" }] }] } },
    yes(),
    { status: "pending", rules: ["outside"] },
  ],
  [
    "the same person twice",
    { approval: { asked: [asked("outside", { quorum: 2 })], verdicts: [{ ...byMax("outside"), approver: "lea" }] } },
    yes(),
    { status: "pending", rules: ["outside"], reason: "`lea` has approved already", entries: [answer("approve", ["outside"])] },
  ],
  [
    "the same person, where another rule asks for somebody else",
    {
      approval: {
        asked: [asked("outside", { quorum: 2 }), asked("night", { by: 'approver.id == "max"' })],
        verdicts: [{ ...byMax("outside"), approver: "lea" }],
      },
    },
    yes(),
    { status: "pending", rules: ["outside", "night"], reason: "`lea` has approved already" },
  ],
];

const EDITS: typeof CASES = [
  [
    "nothing by a no: `by` sees the args as they are",
    { approval: { asked: [asked("outside", { by: 'args.body == "hello"' })] } },
    no({ args: { ...ARGS, body: "hi" } }),
    { status: "denied" },
  ],
  [
    "what may be edited",
    {},
    yes({ args: { ...ARGS, body: "hi" } }),
    {
      status: "edited",
      rules: ["outside"],
      entries: [answer("approve", ["outside"], { edited: true }, { args: { ...ARGS, body: "hi" } })],
    },
  ],
  [
    "what may be edited, as the other rule had been answered",
    { approval: { asked: [asked("outside"), asked("night")], verdicts: [byMax("night")] } },
    yes({ args: { ...ARGS, body: "hi" } }),
    { status: "edited", rules: ["outside"] },
  ],
  [
    "what may not be edited",
    {},
    yes({ args: { ...ARGS, to: "eve@evil.example" } }),
    {
      status: "ignored",
      rules: ["outside"],
      reason: "`args.to` may not be edited; `args` are all the args that are to run",
      entries: [answer("approve", [])],
    },
  ],
  ["nothing", {}, yes({ args: { ...ARGS } }), { status: "approved", entries: [answer("approve", ["outside"]), settled("approved")] }],
  [
    "what is no object",
    {},
    yes({ args: 7 }),
    {
      status: "denied",
      rules: [],
      reason: expect.stringMatching(/^edited args: ./),
      entries: [answer("approve", ["outside"]), settled("denied")],
    },
  ],
  [
    "what `by` does not let be so: it sees the edited args",
    { approval: { asked: [asked("outside", { by: 'args.body != "hi"' })] } },
    yes({ args: { ...ARGS, body: "hi" } }),
    { status: "ignored", reason: "`by` does not let `lea` answer" },
  ],
];

const result = { content: { text: "hi" }, error: false, withheld: undefined };
const done = (more: Partial<CallState>): Given => ({
  session: { calls: new Map([["c0", waitingCall({ id: "c0", status: "completed", ...more })]]) },
});
const blank = { status: "ignored", rules: ["outside"], reason: "call `c0` has no result in this session that could be endorsed" };

const ENDORSEMENTS: typeof CASES = [
  [
    "a result",
    done({ result }),
    yes({ endorse: ["c0"] }),
    { status: "approved", entries: [answer("approve", ["outside"], { endorsed: ["c0"] }), settled("approved")] },
  ],
  [
    "a result that a no does not endorse",
    done({ result }),
    no({ endorse: ["c0"] }),
    { entries: [answer("deny", ["outside"]), settled("denied")] },
  ],
  ["a call of nobody", {}, yes({ endorse: ["c0"] }), blank],
  ["a call without a result", done({}), yes({ endorse: ["c0"] }), blank],
  ["a result that was erased", done({ result: { ...result, content: undefined } }), yes({ endorse: ["c0"] }), blank],
  ["a result that was withheld", done({ result: { ...result, withheld: ["secret"] } }), yes({ endorse: ["c0"] }), blank],
  [
    "one of two",
    done({ result }),
    yes({ endorse: ["c0", "c9"] }),
    { ...blank, reason: "call `c9` has no result in this session that could be endorsed" },
  ],
];

function judged(given: Given, verdict: ParsedVerdict): Judgement {
  return judge(session(given.session), waitingApproval(given.approval), given.call ?? waitingCall(), verdict, NOW);
}

describe("an answer", () => {
  it.each(CASES)("%s", (_, given, verdict, wanted) => {
    expect(judged(given, verdict)).toMatchObject(wanted);
  });

  it.each(EDITS)("edits %s", (_, given, verdict, wanted) => {
    expect(judged(given, verdict)).toMatchObject(wanted);
  });

  it.each(ENDORSEMENTS)("endorses %s", (_, given, verdict, wanted) => {
    expect(judged(given, verdict)).toMatchObject(wanted);
  });

  it("of the same person again, for one rule more", () => {
    const rules = [asked("outside", { quorum: 2 }), asked("night")];
    const again = judged({ approval: { asked: rules, verdicts: [{ ...byMax("outside"), approver: "lea" }] } }, yes());
    expect(again).toEqual({ status: "pending", rules: ["outside"], entries: [answer("approve", ["outside", "night"])] });
  });

  it("is written with nothing that it did not say", () => {
    const [entry] = judged({}, yes()).entries;
    expect(Object.keys(entry?.payload ?? {})).toEqual(["approver"]);
    expect(Object.keys(judged({}, no()))).toEqual(["status", "rules", "entries"]);
  });

  it("of a call that nobody owns", () => {
    const { pin: _pin, ...nobodys } = session();
    expect(judge(nobodys, waitingApproval(), waitingCall(), yes({ approver: { id: "lea" } }), NOW).status).toBe("approved");
    expect(judge(nobodys, waitingApproval(), waitingCall(), yes(), NOW).reason).toBe(
      "the call is of no tenant, the approver of tenant `t`",
    );
  });
});
