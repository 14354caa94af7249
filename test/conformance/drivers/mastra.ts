import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Agent } from "@mastra/core/agent";
import { RequestContext } from "@mastra/core/request-context";
import { LibSQLStore } from "@mastra/libsql";
import { isYes, type Answer, type Change, type Chat, type Driver, type Setup, type Stop } from "@sallyport/conformance";
import { answerRequest, approvalIdIn } from "@sallyport/mastra";
import { agentOf } from "./mastra-agent.ts";
import { rewritten } from "./rewrite.ts";
import { sessionsOf } from "./sessions-of.ts";

/** Mastra: an agent with guarded tools, hooks and processor, its runs kept in a LibSQL file. */
export const mastraDriver: Driver = {
  name: "mastra",
  open: async (setup) => new MastraChat(setup),
};

/** What the app keeps of a chat: the run that last waited. */
interface Kept {
  readonly runId: string;
  readonly calls: readonly Waiting[];
}

interface Waiting {
  readonly toolCallId: string;
  readonly approval: string | undefined;
  /** whether the tool waits itself, and not Mastra before it */
  readonly own: boolean;
}

class MastraChat implements Chat {
  readonly #setup: Setup;
  readonly #file: string;
  readonly #storage: LibSQLStore;
  readonly #agent: Agent;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#file = join(setup.folder, "run.json");
    this.#storage = new LibSQLStore({ id: "mastra", url: `file:${join(setup.folder, "mastra.db")}` });
    this.#agent = agentOf("desk", setup, setup, this.#storage);
  }

  async run(text: string, abortSignal: AbortSignal): Promise<Stop> {
    const options = { requestContext: contextOf(this.#setup), maxSteps: 20, toolCallConcurrency: 30, abortSignal };
    if (!this.#setup.streams) return this.#ended(await this.#agent.generate(text, options));
    return this.#drained(await this.#agent.stream(text, options));
  }

  async resume(answer: Answer): Promise<Stop> {
    const { runId, calls } = this.#kept();
    if (answer.kind === "wake" && (await this.#isUndecided())) return { paused: await this.#waiting(runId), text: "", native: [] };
    let stop: Stop | undefined;
    await this.#record(answer, runId);
    for (const call of calls) stop = await this.#answer(isYes(answer, call.toolCallId), runId, call);
    if (stop === undefined) throw new Error("nothing waits");
    return stop;
  }

  async tamper(call: string, { args, tool }: Change): Promise<void> {
    const database = new DatabaseSync(join(this.#setup.folder, "mastra.db"));
    const select = database.prepare("SELECT rowid AS id, json(snapshot) AS snapshot FROM mastra_workflow_snapshot");
    for (const { id, snapshot } of select.all()) {
      const changed = JSON.stringify(
        rewritten(JSON.parse(String(snapshot)), ({ toolCallId }) => toolCallId === call, {
          ...(args && { args, input: args }),
          ...(tool && { toolName: tool }),
        }),
      );
      database.prepare("UPDATE mastra_workflow_snapshot SET snapshot = jsonb(?) WHERE rowid = ?").run(changed, id ?? null);
    }
    database.close();
  }

  async close(): Promise<void> {
    await this.#storage.close();
  }

  async #isUndecided(): Promise<boolean> {
    const ids = this.#kept().calls.flatMap(({ approval }) => approval ?? []);
    const approvals = await Promise.all(ids.map((id) => this.#setup.gate.approvals.get(id)));
    return approvals.some((approval) => approval?.status === "pending");
  }

  /** Where the host says whose a native answer is, its app makes a verdict of it first. */
  async #record(answer: Answer, runId: string): Promise<void> {
    const { approver, gate } = this.#setup;
    if (approver === undefined || answer.kind === "wake") return;
    const edit = answer.kind === "edit" ? { args: answer.args } : {};
    for (const call of await this.#suspended(runId)) {
      const decision = isYes(answer, call.toolCallId ?? "") ? "approve" : "deny";
      for (const session of sessionsOf(this.#setup))
        await answerRequest(gate, call.requiresApproval ? call : call.suspendPayload, { decision, approver, ...edit }, { session });
    }
  }

  async #answer(approved: boolean, runId: string, { toolCallId, own }: Waiting): Promise<Stop> {
    const call = { runId, toolCallId, requestContext: contextOf(this.#setup) };
    const agent = this.#agent;
    // of several calls that wait, a resumed `generate` throws while the others still do
    if (this.#setup.streams || this.#kept().calls.length > 1) {
      if (own) return this.#drained(await agent.resumeStream({ approved }, call));
      return this.#drained(await (approved ? agent.approveToolCall(call) : agent.declineToolCall(call)));
    }
    if (own) return this.#ended(await agent.resumeGenerate({ approved }, call));
    return this.#ended(await (approved ? agent.approveToolCallGenerate(call) : agent.declineToolCallGenerate(call)));
  }

  async #drained(stream: Awaited<ReturnType<Agent["stream"]>>): Promise<Stop> {
    const chunks: unknown[] = [];
    for await (const chunk of stream.fullStream) chunks.push(chunk);
    if (stream.error !== undefined) throw stream.error;
    // the other promises of a stream that waits are never kept
    const suspended = (await this.#suspended(stream.runId)).length > 0;
    return this.#stop({ runId: stream.runId, text: suspended ? "" : await stream.text, suspended }, chunks);
  }

  async #ended(result: Awaited<ReturnType<Agent["generate"]>>): Promise<Stop> {
    const { runId = "", finishReason, error, text, steps, messages, toolResults } = result;
    if (error !== undefined) throw error;
    // its text is that of all steps
    const last = steps.at(-1)?.text ?? text;
    return this.#stop({ runId, text: last, suspended: finishReason === "suspended" }, { steps, messages, toolResults, text });
  }

  async #stop(
    { runId, text, suspended }: { readonly runId: string; readonly text: string; readonly suspended: boolean },
    native: unknown,
  ): Promise<Stop> {
    if (!suspended) return { paused: [], text, native };
    const calls = await this.#suspended(runId);
    this.#keep({
      runId,
      calls: calls.map((call) => ({ toolCallId: call.toolCallId ?? "", approval: approvalOf(call), own: !call.requiresApproval })),
    });
    return { paused: calls.flatMap((call) => approvalOf(call) ?? []), text: "", native };
  }

  async #waiting(runId: string): Promise<readonly string[]> {
    return (await this.#suspended(runId)).flatMap((call) => approvalOf(call) ?? []);
  }

  async #suspended(runId: string) {
    const { runs } = await this.#agent.listSuspendedRuns({});
    return runs.find((run) => run.runId === runId)?.toolCalls ?? [];
  }

  #kept(): Kept {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : { runId: "", calls: [] };
  }

  #keep(kept: Kept): void {
    writeFileSync(this.#file, JSON.stringify(kept));
  }
}

function contextOf({ context }: Setup): RequestContext {
  const requestContext = new RequestContext();
  for (const [key, value] of Object.entries(context)) requestContext.set(key, value);
  return requestContext;
}

/** The approval that a call waits for, or the one that an agent in it does. */
function approvalOf({ args, suspendPayload }: { readonly args?: unknown; readonly suspendPayload?: unknown }): string | undefined {
  return approvalIdIn({ args }) ?? approvalIdIn(suspendPayload);
}
