import type { Entry, LedgerRecord } from "@sallyport/core";
import { canonical } from "@sallyport/core";

/** A record as a proposed call leaves it, of 600 bytes: half of them stay, half can be erased. */
export function entryOf(number: number): Entry {
  const call = `call-${String(number).padStart(8, "0")}`;
  const state = {
    call,
    tool: "crm_note",
    decision: "allow",
    rules: ["notes"],
    shadow: [],
    policy: "16c7362dcbaf209c83850866b15ec4956a8a95ade0a8b7dc66593dfe64754e6f",
    puts: [],
    labels: ["customer_data"],
    charges: [],
    approval: null,
  };
  const source = {
    customer: "c-104207",
    text: `asked where order ${call} is; it left on Tuesday, is late by two days, and should come tomorrow with the second van, before noon at the best`,
    urgent: false,
  };
  const settled = "2f34f56a59962f88f44ed1a429f12e9ebdc37a5cd5c2da4bbf69e20ec550af3f";
  return { type: "call.proposed", state, payload: { source, settled, reason: "rule `notes` allows it" } };
}

/** How many bytes of a record are hashed beside its salt and the hashes that go into it. */
export function sizeOf({ stream, seq, at, type, state, payload }: LedgerRecord): number {
  return canonical([stream, seq, at, type, state]).length + canonical(payload ?? {}).length;
}
