import type { SessionInit } from "@sallyport/core";
import { memoryStore } from "@sallyport/core";
import { deskOn } from "../gate/desk.ts";
import { medianOf, roundOfAsync } from "../measure.ts";
import type { Section } from "../section.ts";
import { figure, tableOf } from "../table.ts";
import { aiSdk } from "./ai-sdk.ts";
import type { Framework, Workshop } from "./framework.ts";
import { langChain } from "./langchain.ts";
import { mastra } from "./mastra.ts";
import { openAiAgents } from "./openai-agents.ts";
import { openAi } from "./openai.ts";

const FRAMEWORKS: readonly ((workshop: Workshop) => Framework)[] = [aiSdk, langChain, mastra, openAi, openAiAgents];

const WARM_UP = 4;
const ROUNDS = 11;
const RUNS = 25;

/** What a run costs by a framework alone and with our gate, in microseconds of CPU. */
interface AdapterCost {
  readonly name: string;
  readonly bare: number;
  readonly added: number;
}

/** What an adapter adds to its framework's own run. */
export const adapters: Section = {
  name: "adapters",
  title: "Adapters",
  async measure(say) {
    const costs: AdapterCost[] = [];
    for (const open of FRAMEWORKS) costs.push(await costOf(open, say));
    return { text: textOf(costs), charts: [], targets: [] };
  },
};

/** Lets both run in turn; the median of the differences counts. */
async function costOf(open: (workshop: Workshop) => Framework, say: (progress: string) => void): Promise<AdapterCost> {
  const counted = new CountedWorkshop();
  const { name, bare, guarded } = open(await counted.workshop());
  say(name);
  const rounds: { readonly alone: number; readonly both: number }[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const alone = await roundOfAsync(bare, RUNS);
    const both = await roundOfAsync(guarded, RUNS);
    counted.check(name, RUNS * 2);
    if (round >= WARM_UP) rounds.push({ alone, both });
  }
  return { name, bare: medianOf(rounds.map(({ alone }) => alone)), added: medianOf(rounds.map(({ alone, both }) => both - alone)) };
}

/** A workshop whose tool says how often it has run. */
class CountedWorkshop {
  #ran = 0;
  #chats = 0;

  async workshop(): Promise<Workshop> {
    const gate = await deskOn(memoryStore());
    return { gate, work: () => `noted as number ${++this.#ran}`, chat: () => this.#chat() };
  }

  /** Throws where the tool has not run so often since it was asked last. */
  check(name: string, times: number): void {
    if (this.#ran !== times) throw new Error(`the tool of ${name} ran ${this.#ran} times in ${times} runs`);
    this.#ran = 0;
  }

  #chat(): SessionInit {
    return { id: `chat-${this.#chats++}`, principal: { id: "ann", roles: ["support"] }, agent: { id: "desk" } };
  }
}

function textOf(costs: readonly AdapterCost[]): string {
  return `A run of an agent with a scripted model: the user's message, one call of a tool that does nothing, the answer. By the framework alone, and with all that our
adapter brings for it, each run in a new session on the memory store.

${tableOf(
  ["framework", "alone, µs", "the adapter and the gate add, µs", "together"],
  costs.map(({ name, bare, added }) => [name, figure(bare), figure(added), `${figure((bare + added) / bare)}×`]),
)}`;
}
