import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isYes, type AgentTool, type Answer, type Change, type Chat, type Setup, type Stop, type WorldTool } from "@sallyport/conformance";
import { ApprovalRequired, type ToolControl } from "@sallyport/openai";
import { z } from "zod";
import type { ModelServer } from "./openai-server.ts";

/** What came of a request of the app. */
export interface Ended<Item> {
  /** the conversation, with the calls that wait at its end where some do */
  readonly items: readonly Item[];
  readonly text: string;
  readonly native: unknown;
  readonly thrown: unknown;
}

/** How an app speaks to one of the client's APIs. */
export interface Conversation<Item> {
  readonly userSays: (text: string) => Item;
  /** what an app says itself of a call that its user said no to */
  readonly answerTo: (call: string, text: string) => Item;
  /** Goes on with a conversation, from the calls that are open at its end. */
  readonly go: (items: readonly Item[], signal: AbortSignal) => Promise<Ended<Item>>;
  /** the item with another call in it */
  readonly changed: (item: Item, call: string, change: Change) => Item;
}

/** What the app keeps of a chat: its conversation, as it stands and as it last waited, and what was waited for. */
interface Kept<Item> {
  readonly latest: readonly Item[];
  readonly pause: readonly Item[] | undefined;
  readonly approvals: readonly string[];
}

/** A chat of an app that keeps its conversations in a file: the client has no storage, and no answers of its own. */
export class OpenAiChat<Item> implements Chat {
  readonly #setup: Setup;
  #file: string;
  readonly #server: ModelServer;
  readonly #conversation: Conversation<Item>;

  constructor(setup: Setup, server: ModelServer, conversation: Conversation<Item>) {
    this.#setup = setup;
    this.#file = fileOf(setup);
    this.#server = server;
    this.#conversation = conversation;
  }

  async run(text: string, signal: AbortSignal): Promise<Stop> {
    this.#file = fileOf(this.#setup);
    return this.#go([...this.#kept().latest, this.#conversation.userSays(text)], signal);
  }

  async resume(answer: Answer): Promise<Stop> {
    const { pause, approvals } = this.#kept();
    if (pause === undefined) return { paused: [], text: "", native: [] };
    const pending = await this.#pending(approvals);
    if (answer.kind === "wake" && pending.length > 0) return { paused: pending, text: "", native: pause };
    const refused = answer.kind === "wake" ? [] : await this.#answer(answer, pending);
    return this.#go([...pause, ...refused], new AbortController().signal);
  }

  async tamper(call: string, change: Change): Promise<void> {
    const kept = this.#kept();
    this.#keep({ ...kept, pause: kept.pause?.map((item) => this.#conversation.changed(item, call, change)) });
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  async #pending(ids: readonly string[]): Promise<readonly string[]> {
    const approvals = await Promise.all(ids.map((id) => this.#setup.gate.approvals.get(id)));
    return approvals.flatMap((approval) => (approval?.status === "pending" ? [approval.id] : []));
  }

  /** What somebody says in the app's own page: a verdict where the host knows whose it is, else a message to the model at most. */
  async #answer(answer: Answer, pending: readonly string[]): Promise<readonly Item[]> {
    const { approver, gate } = this.#setup;
    const refused: Item[] = [];
    for (const id of pending) {
      const approval = await gate.approvals.get(id);
      const yes = isYes(answer, approval?.call.id ?? "");
      const edit = answer.kind === "edit" ? { args: answer.args } : {};
      if (approver !== undefined) await gate.approvals.resolve(id, { decision: yes ? "approve" : "deny", approver, ...edit });
      else if (!yes) refused.push(this.#conversation.answerTo(approval?.call.id ?? "", "the user said no"));
    }
    return refused;
  }

  async #go(items: readonly Item[], signal: AbortSignal): Promise<Stop> {
    const ended = await this.#conversation.go(items, signal);
    const paused = ended.thrown instanceof ApprovalRequired ? ended.thrown.error.approvals : [];
    if (ended.thrown !== undefined && paused.length === 0) throw ended.thrown;
    const before = this.#kept();
    const waits = paused.length > 0 ? { pause: ended.items, approvals: paused } : { pause: before.pause, approvals: before.approvals };
    this.#keep({ latest: ended.items, ...waits });
    return { paused, text: ended.text, native: ended.native };
  }

  #kept(): Kept<Item> {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : { latest: [], pause: undefined, approvals: [] };
  }

  #keep(kept: Kept<Item>): void {
    writeFileSync(this.#file, JSON.stringify(kept));
  }
}

/** Each session has a conversation of its own. */
function fileOf({ folder, session }: Setup): string {
  return join(folder, `${nameOf(session)}.json`);
}

/** The adapter is asked for the session as well, and refuses what this host's own code throws. */
function nameOf(session: Setup["session"]): string {
  try {
    return session().id;
  } catch {
    return "chat";
  }
}

/** What both APIs are told of a tool, and what runs it. */
export interface NativeFunction {
  readonly name: string;
  readonly description: string;
  readonly parameters: Record<string, unknown>;
  readonly parse: (text: string) => object;
  readonly function: (args: object, runner?: unknown, context?: unknown, control?: ToolControl) => Promise<unknown>;
}

/** A tool of the case as a function. */
export function functionOf({ name, description, schema, run }: WorldTool): NativeFunction {
  return {
    ...parsing(schema),
    name,
    description,
    function: async (args, _runner, context, control) => {
      const { callId, idempotencyKey, signal } = control ?? {};
      return run(args, { callId, idempotencyKey, signal, context: Reflect.get(Object(context), "marker") });
    },
  };
}

/** An agent of the case as a function: what it waits for is thrown on. */
export function agentFunctionOf(
  { name, description }: AgentTool,
  ask: (prompt: string, signal: AbortSignal) => Promise<string>,
): NativeFunction {
  return {
    ...parsing(z.object({ prompt: z.string() })),
    name,
    description,
    function: async (args, _runner, _context, control) =>
      ask(String(Reflect.get(args, "prompt")), control?.signal ?? new AbortController().signal),
  };
}

function parsing(schema: z.ZodObject): Pick<NativeFunction, "parameters" | "parse"> {
  return {
    parameters: { ...z.toJSONSchema(schema) },
    parse: (text) => {
      const { success, data, error } = schema.safeParse(JSON.parse(text));
      if (!success) throw new Error(`invalid arguments: ${error.message}`);
      return data;
    },
  };
}
