import type { Session, Policy } from "@sallyport/core";
import { createGate, loadPolicy, memoryStore } from "@sallyport/core";
import { medianOf, roundOfAsync } from "../measure.ts";

/** What a call costs after so many others, in microseconds: without rules about origins, and with two. */
export interface StepCost {
  readonly steps: number;
  readonly without: number;
  /** the calls before it had the result "ok" */
  readonly ok: number;
  /** their results said whom they wrote to */
  readonly echoed: number;
  /** at the start the session has read 1 MB in 1,000 texts, with the same date and domain in every row */
  readonly rows: number;
}

const ROUNDS = 15;
const CALLS = 40;
/** fewer steps would double while they are measured: then each round has a session of its own */
const MANY = 1_000;
const ROW_TEXTS = 1_000;
const ROWS = 16;
const ARGS = { to: "ann@corp.example", on: "2026-11-22", body: "hello there", count: 3 };

/** Measures calls of a tool that does nothing in sessions of so many steps. */
export async function measureSteps(steps: number): Promise<StepCost> {
  return {
    steps,
    without: await callAfter(steps, () => begin(policyWith(""))),
    ok: await callAfter(steps, () => begin(policyWith(ABOUT_ORIGINS))),
    echoed: await callAfter(steps, () => begin(policyWith(ABOUT_ORIGINS)), "sent to ann@corp.example on 2026-11-22"),
    rows: await callAfter(steps, async () => readRows(await begin(policyWith(ABOUT_ORIGINS)))),
  };
}

const ABOUT_ORIGINS = `
  - { id: theirs, tools: [send], when: 'from_untrusted([args.to, args.on])', decide: deny }
  - { id: own, tools: [send], when: 'from_user(args.to)', decide: allow }`;

function policyWith(rules: string): Policy {
  return loadPolicy(`
version: 1
name: bench
tools:
  read_mail: { effect: read, trust: untrusted }
  send: { effect: write, destination: none }
rules:
  - { id: reading, tools: [read_mail], when: 'true', decide: allow }${rules}
  - { id: rest, tools: [send], when: 'args.count > 0', decide: allow }
`);
}

async function begin(policy: Policy): Promise<Session> {
  const gate = await createGate({ policy, store: memoryStore(), fingerprintKey: "000102030405060708090a0b0c0d0e0f" });
  const session = gate.session({ id: "s", principal: { id: "ann" }, agent: { id: "desk" } });
  await session.observe({ role: "user", content: "write to ann@corp.example on 2026-11-22 please" });
  return session;
}

async function readRows(session: Session): Promise<Session> {
  const row = (at: number): string => `2026-11-22 order ${at} by bob${at % 50}@corp.example for ${at * 7}.50 EUR`;
  const text = (at: number): string => Array.from({ length: ROWS }, (_, line) => row(at * ROWS + line)).join("\n");
  for (let at = 0; at < ROW_TEXTS; at++) await session.call({ id: `r${at}`, tool: "read_mail", args: { at } }, () => text(at));
  return session;
}

async function callAfter(steps: number, start: () => Promise<Session>, result = "ok"): Promise<number> {
  const rounds: number[] = [];
  let session: Session | undefined;
  let calls = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const kept = steps < MANY ? undefined : session;
    const one = kept ?? (await start());
    const send = (): Promise<unknown> => one.call({ id: `c${calls++}`, tool: "send", args: ARGS }, () => result);
    // the rest of the gate is warm in a long session, so it is made so in a short one
    if (kept === undefined) await roundOfAsync(send, steps);
    rounds.push(await roundOfAsync(send, Math.min(steps, CALLS)));
    session = one;
  }
  return medianOf(rounds);
}
