import type { Json, JsonObject, LedgerRecord } from "@sallyport/core";
import { isErased, objectsIn, textIn } from "./record-fields.ts";
import type { Story } from "./story.ts";

/** A line of a trace, without its session and time. */
export type LineBody = JsonObject;

/** What stands where a value was erased or left out. */
const REDACTED = "[redacted]";

/** Writes the lines of one session, record by record in the order of the stream. */
export class SessionWriter {
  readonly #story: Story;
  readonly #calls = new Map<string, LineBody>();
  readonly #verdicts = new Map<string, { readonly line: LineBody; armed: boolean }>();
  readonly #edits = new Map<string, LineBody>();
  readonly #approvals = new Map<string, string>();
  readonly #proposed = new Map<string, Json>();
  readonly #notes: Map<string, number>;

  /** `notes` takes what a trace cannot say, with how often it happened. */
  constructor(story: Story, notes: Map<string, number>) {
    this.#story = story;
    this.#notes = notes;
  }

  /** The lines that stand where this record does. */
  write(record: LedgerRecord): readonly LineBody[] {
    switch (record.type) {
      case "session.opened":
      case "session.updated":
        return [openingOf(record)];
      case "message.observed":
        return [{ message: { role: textIn(record, "role"), content: payloadOf(record, "content") ?? "" } }];
      case "call.proposed":
        return this.#propose(record);
      case "call.refused":
        return this.#refuse(record);
      case "call.edited":
        return this.#edit(textIn(record, "call"));
      case "call.started":
        return this.#release(textIn(record, "call"));
      case "call.completed":
      case "call.failed":
        return this.#end(record);
      case "approval.requested":
        this.#approvals.set(textIn(record, "approval"), textIn(record, "call"));
        return this.#releaseVerdict(textIn(record, "call"));
      case "approval.verdict":
        return this.#answer(record);
      case "approval.settled":
        return this.#settle(record);
      case "label.put":
        // from a child it comes by itself; from a call it came with a yield
        return this.#proposed.has(textIn(record, "from")) ? this.#note("labels of preliminary results, for which a trace has no line") : [];
      case "output.released":
        return [{ output: payloadOf(record, "text") ?? "" }];
      default:
        return [];
    }
  }

  /** The lines of what was approved and never claimed: they stand at the end, where they bear on nothing. */
  rest(): readonly LineBody[] {
    for (const _ of this.#edits) this.#note("edits that nobody decided on, left out");
    return [...this.#verdicts.values()].map(({ line }) => line);
  }

  #propose(record: LedgerRecord): readonly LineBody[] {
    const call = textIn(record, "call");
    const [rule] = Array.isArray(record.state["rules"]) ? record.state["rules"] : [];
    if (rule === "session-locked") return this.#note("calls refused in a locked session, left out: `replay` locks none");
    if (rule === "too-many-pending") this.#note("calls denied because too many approvals were pending: `replay` has no such bound");
    this.#proposed.set(call, record.state["proposed"] ?? null);
    // what could not be read has no args in the record, and null cannot be read either
    const line = { call: { id: call, tool: textIn(record, "tool"), args: payloadOf(record, "source") ?? null } };
    if (!this.#story.waiting.has(call)) return [line];
    this.#calls.set(call, line);
    return [];
  }

  #refuse(record: LedgerRecord): readonly LineBody[] {
    const call = textIn(record, "call");
    switch (record.state["scope"]) {
      case "call":
        return this.#release(call);
      case "attempt":
        // its args are not in the record; anything but those that were proposed is refused like them
        return [
          ...this.#release(call),
          { call: { id: call, tool: textIn(record, "tool"), args: this.#proposed.get(call) === null ? {} : null } },
        ];
      default:
        return this.#note("calls for somebody else's session, left out");
    }
  }

  #end(record: LedgerRecord): readonly LineBody[] {
    const content = payloadOf(record, "content");
    if (content === undefined) return this.#note("results that are no JSON, left out");
    const puts = record.state["puts"];
    if (record.state["decision"] !== "allow" && Array.isArray(puts) && puts.length > 0)
      this.#note("results that were cut or withheld by rules which also put labels: in what is left they may see something else");
    return [{ result: { id: textIn(record, "call"), content, ...(record.type === "call.failed" ? { error: true } : {}) } }];
  }

  #answer(record: LedgerRecord): readonly LineBody[] {
    // what an ignored edit would have changed is not in the record, and the answer alone would count
    if (objectsIn(record, "names").length === 0) return this.#note("answers to approvals that did not count, left out");
    const approval = textIn(record, "approval");
    const args = payloadOf(record, "args");
    const reason = payloadOf(record, "reason");
    const approver = isErased(record) ? undefined : record.payload?.["approver"];
    const verdict = {
      call: this.#approvals.get(approval) ?? "",
      decision: textIn(record, "decision"),
      approver: approver ?? { id: textIn(record, "approver") },
      ...(reason === undefined ? {} : { reason }),
      ...(args === undefined || (isErased(record) && record.state["edit"] === null) ? {} : { args }),
    };
    if (!this.#story.settling.has(record.seq)) return this.#say(verdict.call, { verdict }, record.state["edit"] !== null);
    this.#verdicts.set(verdict.call, { line: { verdict }, armed: false });
    return [];
  }

  /** `replay` decides on an edit at once, a gate perhaps later, when a process with the policy asks for the call. */
  #say(call: string, line: LineBody, edits: boolean): readonly LineBody[] {
    if (!edits) return [line];
    this.#edits.set(call, line);
    return [];
  }

  #edit(call: string): readonly LineBody[] {
    const line = this.#edits.get(call);
    this.#edits.delete(call);
    return line === undefined ? [] : [line];
  }

  #settle(record: LedgerRecord): readonly LineBody[] {
    const call = this.#approvals.get(textIn(record, "approval")) ?? "";
    const verdict = this.#verdicts.get(call);
    if (record.state["status"] !== "approved") return this.#releaseVerdict(call);
    if (verdict !== undefined) verdict.armed = true;
    return [];
  }

  #release(call: string): readonly LineBody[] {
    const line = this.#calls.get(call);
    this.#calls.delete(call);
    return [...(line === undefined ? [] : [line]), ...this.#releaseVerdict(call)];
  }

  #releaseVerdict(call: string): readonly LineBody[] {
    const verdict = this.#verdicts.get(call);
    if (verdict?.armed !== true) return [];
    this.#verdicts.delete(call);
    return [verdict.line];
  }

  #note(text: string): readonly LineBody[] {
    this.#notes.set(text, (this.#notes.get(text) ?? 0) + 1);
    return [];
  }
}

function openingOf(record: LedgerRecord): LineBody {
  const { principal, agent, parent } = record.state;
  const facts = record.payload ?? {
    ...(principal === undefined ? {} : { principal: { id: principal } }),
    ...(agent === undefined ? {} : { agent: { id: agent } }),
  };
  return { ...facts, ...(typeof parent === "string" ? { parent } : {}) };
}

function payloadOf(record: LedgerRecord, key: string): Json | undefined {
  return isErased(record) ? REDACTED : record.payload?.[key];
}
