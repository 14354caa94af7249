import type { Gate, Policy } from "@sallyport/core";
import { createGate, loadPolicy, memoryStore } from "@sallyport/core";
import { OriginIndex, printer, viewOrigins } from "@sallyport/core/testing";
import { bytesOf, timeOf, timeOfAsync } from "../measure.ts";
import { mailText } from "../texts.ts";

const KEY = "000102030405060708090a0b0c0d0e0f";
const TEXT = 10_000;
const CALLS = 300;
/** how many characters the indexes have read whose memory is measured */
const MEASURED = 10_000_000;

/** What looking up where values came from costs in a session that has read so much. */
export interface OriginCost {
  /** characters that the session has read */
  readonly read: number;
  /** microseconds for all leaves of a call, some of which were seen and some not */
  readonly lookUp: number;
  /** microseconds of a whole call through the gate, of a tool that does nothing, with a policy that asks for origins */
  readonly call: number;
  /** bytes of the index for each character that was read */
  readonly bytesPerCharacter: number;
  /** microseconds to make the print of 10 KB */
  readonly print: number;
}

/** Measures a session that has read texts of 10 KB (or one that is shorter) until it has read so much. */
export async function measureOrigins(read: number): Promise<OriginCost> {
  const texts = Array.from({ length: Math.max(1, Math.round(read / TEXT)) }, (_, seed) => mailText(Math.min(read, TEXT), seed + 1));
  const print = printer(KEY);
  const prints = texts.map(print);
  const filled = (): OriginIndex => {
    const index = new OriginIndex(KEY);
    for (const [at, one] of prints.entries()) index.add({ kind: "result", tool: "read_mail", call: `c${at}`, trusted: false }, one);
    return index;
  };
  const index = filled();
  // what was looked for before is found faster, so that most values are new ones each time
  const calls = Array.from({ length: CALLS }, (_, at) => typicalArgs(texts, at));
  let next = 0;
  const lookUp = (): unknown => {
    const args = calls[next++ % CALLS] ?? {};
    // a view keeps what it has looked up, and each call gets a new one
    const view = viewOrigins([{ index, size: index.size }]);
    return [view.isFromUser(args), view.isFromUntrusted(args), view.isUnseen(args)];
  };
  return {
    read,
    lookUp: timeOf(lookUp),
    call: await callThroughGate(texts, calls[0] ?? {}),
    bytesPerCharacter: bytesOf(filled, Math.max(3, Math.min(1_000, MEASURED / read))) / texts.reduce((sum, text) => sum + text.length, 0),
    print: (timeOf(() => print(texts[0] ?? "")) / (texts[0]?.length ?? 1)) * 10_240,
  };
}

/** Ten leaves: an address, an amount, a sentence and names from what was read, and some that nobody has said. */
function typicalArgs(texts: readonly string[], call: number): Record<string, string | number> {
  const text = texts[((texts.length >> 1) + call) % texts.length] ?? "";
  const words = text.split(/\s+/);
  const from = (at: number, count = 1): string => words.slice((at + call) % words.length, ((at + call) % words.length) + count).join(" ");
  return {
    to: text.match(/\S+@\S+/g)?.[call % 5] ?? `nobody${call}@else.example`,
    cc: `someone${call}@never.example`,
    subject: from(20, 5),
    body: `${from(40, 30)} and then something of the model's own that was never read anywhere, number ${call}`,
    amount: 1234.5 + call,
    currency: "EUR",
    reference: `inv-2026-${call}`,
    name: from(70, 2),
    folder: "/home/ann/documents",
    count: 3,
  };
}

const POLICY: Policy = loadPolicy(`
version: 1
name: bench
tools:
  read_mail: { effect: read, trust: untrusted }
  send: { effect: write, destination: none }
rules:
  - { id: theirs, tools: [send], when: 'from_untrusted(args.to) || unseen(args.to)', decide: deny }
  - { id: own, tools: [send], when: 'from_trusted(args.to)', decide: allow }
  - { id: rest, tools: [send], when: 'args.count > 0', decide: allow }
`);

async function callThroughGate(texts: readonly string[], args: Record<string, string | number>): Promise<number> {
  const gate: Gate = await createGate({ policy: POLICY, store: memoryStore(), fingerprintKey: KEY });
  const session = gate.session({ id: "s", principal: { id: "ann" }, agent: { id: "desk" } });
  await session.observe({ role: "user", content: "write to ann@example.com please" });
  for (const [at, text] of texts.entries()) await session.call({ id: `r${at}`, tool: "read_mail", args: { at } }, () => text);
  let calls = 0;
  return timeOfAsync(() => session.call({ id: `c${calls++}`, tool: "send", args: { ...args, to: "ann@example.com" } }, () => "ok"), 100);
}
