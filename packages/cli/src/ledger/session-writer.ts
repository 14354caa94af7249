import { readCall, type Json, type JsonObject, type LedgerRecord } from "@sallyport/core";
import type { Notes } from "./notes.ts";
import { isErased, objectsIn, textIn, textsIn } from "./record-fields.ts";
import type { Story } from "./story.ts";

/** A line of a trace, without its session and time. */
export type LineBody = JsonObject;

/** What stands where a value was erased or left out. */
const REDACTED = "[redacted]";

/** what stands in a text for a value that was masked: `[EMAIL_1]` */
const PLACEHOLDER = /\[[A-Z][A-Z0-9_-]*_\d+\]/g;

/** A call as it was proposed: its tool, and the digests of its args before and after `set`. */
interface Known {
  readonly tool: string;
  readonly proposed: Json | undefined;
  readonly settled: Json | undefined;
}

/** Writes the lines of one session, record by record in the order of the stream. */
export class SessionWriter {
  readonly #story: Story;
  /** lines of calls that wait for their claim, each with the attempts at it so far */
  readonly #calls = new Map<string, readonly LineBody[]>();
  readonly #verdicts = new Map<string, { readonly line: LineBody; armed: boolean }>();
  readonly #edits = new Map<string, LineBody>();
  readonly #approvals = new Map<string, string>();
  readonly #known = new Map<string, Known>();
  /** calls whose line stands before their claim, which has not come */
  readonly #early = new Set<string>();
  readonly #notes: Notes;

  /** `notes` takes what a trace cannot say. */
  constructor(story: Story, notes: Notes) {
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
        return this.#edit(record);
      case "call.started":
        this.#early.delete(textIn(record, "call"));
        return this.#release(textIn(record, "call"));
      case "call.completed":
      case "call.failed":
        return this.#end(record);
      case "approval.requested":
        this.#approvals.set(textIn(record, "approval"), textIn(record, "call"));
        return this.#ask(textIn(record, "call"));
      case "approval.verdict":
        return this.#answer(record);
      case "approval.settled":
        return this.#settle(record);
      case "label.put":
        // from a child it comes by itself; from a call it came with a yield
        return record.state["call"] === undefined ? [] : this.#note("yield");
      case "workflow.started":
        if (this.#early.size > 0) this.#note("early");
        return [{ workflow: textIn(record, "workflow") }];
      case "output.released":
        return record.state["decision"] === "deny" ? this.#note("output") : [{ output: payloadOf(record, "text") ?? "" }];
      default:
        return [];
    }
  }

  /** The lines of what was allowed or approved and never claimed: they stand at the end, where they bear on nothing. */
  rest(): readonly LineBody[] {
    for (const _ of this.#edits) this.#note("edit");
    for (const _ of this.#calls) this.#note("unclaimed");
    return [...[...this.#calls.values()].flat(), ...[...this.#verdicts.values()].map(({ line }) => line)];
  }

  #propose(record: LedgerRecord): readonly LineBody[] {
    const call = textIn(record, "call");
    const [rule] = Array.isArray(record.state["rules"]) ? record.state["rules"] : [];
    if (rule === "session-locked") return this.#note("locked");
    if (rule === "too-many-pending") this.#note("pending");
    if (isRevealed(record)) this.#note("revealed");
    const tool = textIn(record, "tool");
    this.#known.set(call, { tool, proposed: record.payload?.["proposed"], settled: record.payload?.["settled"] });
    // what could not be read has no args in the record, and null cannot be read either
    const line = { call: { id: call, tool, args: payloadOf(record, "source") ?? null } };
    if (!this.#story.waiting.has(call)) {
      if (record.state["decision"] === "allow") this.#early.add(call);
      return [line];
    }
    this.#calls.set(call, [line]);
    return [];
  }

  #refuse(record: LedgerRecord): readonly LineBody[] {
    const call = textIn(record, "call");
    switch (record.state["scope"]) {
      case "call":
        return this.#release(call);
      case "attempt":
        return this.#behind(call, { call: { id: call, tool: textIn(record, "tool"), args: this.#triedIn(record) } });
      case "resumed":
        return this.#note("resumed");
      default:
        return this.#note("foreign");
    }
  }

  /** The args of an attempt; of one that only came with another definition of its tool, which a trace does not have, some that are refused like it. */
  #triedIn(record: LedgerRecord): Json {
    const [id, tool, tried] = [textIn(record, "call"), textIn(record, "tool"), payloadOf(record, "tried") ?? null];
    const known = this.#known.get(id);
    const { digest } = readCall({ id, tool, args: tried });
    const same = known?.tool === tool && (digest === known.proposed || (digest !== null && digest === known.settled));
    if (!same) return tried;
    return digest === null ? {} : null;
  }

  #end(record: LedgerRecord): readonly LineBody[] {
    const content = payloadOf(record, "content");
    if (content === undefined) return this.#note("native");
    const puts = record.state["puts"];
    if (record.state["decision"] !== "allow" && Array.isArray(puts) && puts.length > 0) this.#note("changed");
    return [{ result: { id: textIn(record, "call"), content, ...(record.type === "call.failed" ? { error: true } : {}) } }];
  }

  #answer(record: LedgerRecord): readonly LineBody[] {
    // what an ignored edit would have changed is not in the record, and the answer alone would count
    if (objectsIn(record, "names").length === 0) return this.#note("answer");
    const approval = textIn(record, "approval");
    const args = payloadOf(record, "args");
    const reason = payloadOf(record, "reason");
    const edits = record.state["edited"] === true;
    const approver = isErased(record) ? undefined : record.payload?.["approver"];
    const verdict = {
      call: this.#approvals.get(approval) ?? "",
      decision: textIn(record, "decision"),
      approver: approver ?? { id: textIn(record, "approver") },
      ...(reason === undefined ? {} : { reason }),
      ...(args === undefined || !edits ? {} : { args }),
      ...(textsIn(record, "endorsed").length === 0 ? {} : { endorse: textsIn(record, "endorsed") }),
    };
    if (!this.#story.settling.has(record.seq)) return this.#say(verdict.call, { verdict }, edits);
    this.#verdicts.set(verdict.call, { line: { verdict }, armed: false });
    return [];
  }

  /** `replay` decides on an edit at once, a gate perhaps later, when a process with the policy asks for the call. */
  #say(call: string, line: LineBody, edits: boolean): readonly LineBody[] {
    if (!edits) return [line];
    this.#edits.set(call, line);
    return [];
  }

  #edit(record: LedgerRecord): readonly LineBody[] {
    const call = textIn(record, "call");
    const known = this.#known.get(call);
    if (known !== undefined) this.#known.set(call, { ...known, settled: record.payload?.["settled"] });
    const line = this.#edits.get(call);
    this.#edits.delete(call);
    if (line === undefined) return [];
    if (!this.#story.withdrawn.has(call)) return [line];
    // `replay` runs it at once where nothing asks any more
    this.#verdicts.set(call, { line, armed: true });
    return [];
  }

  #settle(record: LedgerRecord): readonly LineBody[] {
    const call = this.#approvals.get(textIn(record, "approval")) ?? "";
    const verdict = this.#verdicts.get(call);
    if (record.state["status"] !== "approved") return this.#releaseVerdict(call);
    if (verdict !== undefined) verdict.armed = true;
    return [];
  }

  #ask(call: string): readonly LineBody[] {
    return this.#story.asked.has(call) ? this.#release(call) : this.#releaseVerdict(call);
  }

  #release(call: string): readonly LineBody[] {
    const lines = this.#calls.get(call) ?? [];
    this.#calls.delete(call);
    return [...lines, ...this.#releaseVerdict(call)];
  }

  /** An attempt at a call means something only after the call; it changes nothing, so that it can wait. */
  #behind(call: string, line: LineBody): readonly LineBody[] {
    const waiting = this.#calls.get(call);
    if (waiting === undefined) return [line];
    this.#calls.set(call, [...waiting, line]);
    return [];
  }

  #releaseVerdict(call: string): readonly LineBody[] {
    const verdict = this.#verdicts.get(call);
    if (verdict?.armed !== true) return [];
    this.#verdicts.delete(call);
    return [verdict.line];
  }

  #note(kind: Parameters<Notes["add"]>[0]): readonly LineBody[] {
    this.#notes.add(kind);
    return [];
  }
}

function openingOf(record: LedgerRecord): LineBody {
  const { principal, agent, parent } = record.state;
  const ids: JsonObject = {
    ...(principal === undefined ? {} : { principal: { id: principal } }),
    ...(agent === undefined ? {} : { agent: { id: agent } }),
  };
  const { printKey: _, ...facts } = record.payload ?? ids;
  return { ...facts, ...(typeof parent === "string" ? { parent } : {}) };
}

function payloadOf(record: LedgerRecord, key: string): Json | undefined {
  return isErased(record) ? REDACTED : record.payload?.[key];
}

/** Whether a `set` rule put a value back in the place of a placeholder: it is in the record, and in no trace. */
function isRevealed(record: LedgerRecord): boolean {
  const [source, args] = [payloadOf(record, "source"), payloadOf(record, "args")];
  if (source === undefined || args === undefined) return false;
  const left = JSON.stringify(args);
  return (JSON.stringify(source).match(PLACEHOLDER) ?? []).some((placeholder) => !left.includes(placeholder));
}
