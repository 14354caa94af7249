import type { Gate, Policy } from "@sallyport/core";
import { createGate, loadPolicy, memoryStore, OriginIndex, printer, viewOrigins } from "@sallyport/core";
import { memoryInUse, timeOf, timeOfAsync } from "./measure.ts";
import { mailText } from "./texts.ts";

const KEY = "000102030405060708090a0b0c0d0e0f";
const TEXT = 10_000;

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
  const before = memoryInUse();
  const index = new OriginIndex(KEY);
  for (const [at, one] of prints.entries()) index.add({ kind: "result", tool: "read_mail", call: `c${at}`, trusted: false }, one);
  const bytes = memoryInUse() - before;
  const args = typicalArgs(texts);
  const view = viewOrigins([{ index, size: index.size }]);
  return {
    read,
    lookUp: timeOf(() => [view.isFromUser(args), view.isFromUntrusted(args), view.isUnseen(args)]),
    call: await callThroughGate(texts, args),
    bytesPerCharacter: bytes / texts.reduce((sum, text) => sum + text.length, 0),
    print: (timeOf(() => print(texts[0] ?? "")) / (texts[0]?.length ?? 1)) * 10_240,
  };
}

/** Ten leaves: an address, an amount, a sentence and names from what was read, and some that nobody has said. */
function typicalArgs(texts: readonly string[]): Record<string, string | number> {
  const text = texts[texts.length >> 1] ?? "";
  const words = text.split(/\s+/);
  const from = (at: number, count = 1): string => words.slice(at, at + count).join(" ");
  return {
    to: /\S+@\S+/.exec(text)?.[0] ?? "nobody@else.example",
    cc: "someone@never.example",
    subject: from(20, 5),
    body: `${from(40, 30)} and then something of the model's own that was never read anywhere`,
    amount: 1234.5,
    currency: "EUR",
    reference: "inv-2026-0042",
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
