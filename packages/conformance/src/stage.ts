import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createGate,
  loadPolicy,
  openApprovals,
  type Approvals,
  type Batch,
  type Gate,
  type Identity,
  type ListableStore,
  type Message,
  type Observation,
  type Policy,
  type SessionInit,
  type Store,
} from "@sallyport/core";
import type { Case, SessionAs, ToolSpec } from "./case.ts";
import type { AgentSetup, Chat, Driver, Setup, SetupTool } from "./driver.ts";
import { Script } from "./script.ts";
import { World } from "./world.ts";

/** A store that a case is played on. */
export interface StageStore {
  readonly store: ListableStore;
  close(): Promise<void>;
}

/** Opens a store; called again with the same folder it opens the same data, as another process would. */
export type OpenStore = (folder: string, clock: () => number) => StageStore;

/** When every case starts: a Sunday noon, in milliseconds since 1970. */
export const START: number = Date.UTC(2026, 10, 22, 12);

/** The marker that tools are to find in their context. */
export const CONTEXT = { marker: "handed on" } as const;

/** Under which prints are kept: the same in every process and for every driver, so that they can be compared. */
const FINGERPRINT_KEY = "the key of the conformance cases";

/** The id of the session that a case is about. */
const CHAT = "chat";

/** What a case is played on: store, policy, clock, world and script outlive each app that is opened on them. */
export class Stage {
  readonly world: World = new World();
  readonly scripts: readonly Script[];
  /** where everything is kept: records, and what the app keeps */
  readonly folder: string;
  /** where the app keeps what it does */
  readonly appFolder: string;
  readonly #driver: Driver;
  readonly #case: Case;
  readonly #open: OpenStore;
  readonly #agent: AgentSetup;
  readonly #redefined = new Map<string, SetupTool>();
  #now: number = START;
  #policy: () => Policy;
  #fails: string | undefined;
  #as: SessionAs | undefined = { id: undefined, principal: undefined, agent: undefined };
  #store: StageStore;
  #gate: Promise<Gate>;
  #chat: Promise<Chat>;

  constructor(driver: Driver, played: Case, open: OpenStore) {
    this.#driver = driver;
    this.#case = played;
    this.#open = open;
    this.#policy = loader(played.policy, played.file);
    this.folder = mkdtempSync(join(tmpdir(), "sallyport-conformance-"));
    this.appFolder = join(this.folder, "app");
    mkdirSync(this.appFolder);
    const scripts: Script[] = [];
    this.#agent = this.#setupOf(played, CHAT, undefined, scripts);
    this.scripts = scripts;
    this.#store = this.#openStore();
    this.#gate = this.#openGate();
    this.#chat = this.#start();
  }

  get store(): ListableStore {
    return this.#store.store;
  }

  /** Another process on the same store, where the people are who answer. */
  async elsewhere(): Promise<Approvals> {
    try {
      return (await this.#openGate(this.#policy)).approvals;
    } catch {
      // people can answer where no policy can be had: what was asked stands in the records
      return openApprovals(this.store);
    }
  }

  /** Observes a text in the case's session, as the host app does before it runs the agent; rejects where there is no such session. */
  async observe(message: Message): Promise<Observation> {
    return (await this.#gate).session(this.#agent.session()).observe(message);
  }

  /** Starts a workflow in the case's session, as the host app does; rejects where the policy has none of this id. */
  async startWorkflow(workflow: string): Promise<void> {
    await (await this.#gate).session(this.#agent.session()).start(workflow);
  }

  async chat(): Promise<Chat> {
    return this.#chat;
  }

  /** Ends the process, as it were, and starts another. */
  async restart(): Promise<void> {
    await this.#stop();
    this.#store = this.#openStore();
    this.#gate = this.#openGate();
    this.#chat = this.#start();
    await this.#chat;
  }

  forward(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Puts another policy in force, which may be broken; undefined: none can be had. */
  setPolicy(text: string | undefined): void {
    this.#policy = loader(text, this.#case.file);
  }

  /** Lets each append fail that has a record of this type; undefined: none. */
  failAt(type: string | undefined): void {
    this.#fails = type;
  }

  /** Opens the session otherwise; undefined: the host's own function throws. */
  setSession(as: SessionAs | undefined): void {
    this.#as = as;
  }

  /** Ships other tools under the same names, from the next restart on. */
  redefine(tools: readonly ToolSpec[]): void {
    for (const spec of tools) if (spec.kind === "tool") this.#redefined.set(spec.name, this.world.tool(spec));
  }

  async close(): Promise<void> {
    await this.#stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #stop(): Promise<void> {
    await (await this.#chat).close();
    await this.#store.close();
  }

  #openStore(): StageStore {
    const opened = this.#open(this.folder, () => this.#now);
    return { store: failing(opened.store, () => this.#fails), close: () => opened.close() };
  }

  async #openGate(policy: () => Policy = () => this.#policy()): Promise<Gate> {
    return createGate({ policy, store: this.store, fingerprintKey: FINGERPRINT_KEY });
  }

  async #start(): Promise<Chat> {
    return this.#driver.open(this.#setup(await this.#gate));
  }

  #setup(gate: Gate): Setup {
    const { streams, approver } = this.#case;
    const silent = (): void => undefined;
    const tools = this.#agent.tools.map((tool) => this.#redefined.get(tool.name) ?? tool);
    return {
      ...this.#agent,
      tools,
      gate,
      streams,
      approver,
      folder: this.appFolder,
      context: CONTEXT,
      onCoverage: silent,
      onFault: silent,
    };
  }

  #setupOf(
    agent: { readonly tools: readonly ToolSpec[]; readonly model: Case["model"] },
    id: string,
    inner: { readonly parent: string; readonly agent: Identity } | undefined,
    scripts: Script[],
  ): AgentSetup {
    const model = new Script(agent.model);
    scripts.push(model);
    const tools = agent.tools.map((spec): SetupTool => {
      if (spec.kind === "tool") return this.world.tool(spec);
      const { name } = spec;
      const own = this.#setupOf(spec, `${id}-${name}`, { parent: id, agent: spec.agent }, scripts);
      return { kind: "agent", name, description: `the agent ${name}`, agent: own };
    });
    return { session: () => this.#session(id, inner), tools, model };
  }

  #session(id: string, inner: { readonly parent: string; readonly agent: Identity } | undefined): SessionInit {
    if (this.#as === undefined) throw new Error("a secret of the host");
    const { principal, agent, context } = this.#case;
    const as = { principal: this.#as.principal ?? principal, agent: this.#as.agent ?? agent };
    return { id: id === CHAT ? (this.#as.id ?? id) : id, ...as, context, ...inner };
  }
}

/** What a host hands over that reads its policy again and again: the same one until the text is another. */
function loader(text: string | undefined, file: string): () => Policy {
  let policy: Policy | undefined;
  return () => {
    if (text === undefined) throw new Error("the policy is gone");
    return (policy ??= loadPolicy(text, { file }));
  };
}

/** A store that fails where records of a type are to be written, and by no error of ours: the gate would try those again for a while. */
function failing(store: ListableStore, fails: () => string | undefined): ListableStore {
  const append: Store["append"] = async (batches: readonly Batch[]) => {
    const type = fails();
    if (batches.some(({ records }) => records.some((record) => record.type === type))) throw new Error("the disk is full");
    return store.append(batches);
  };
  return {
    append,
    now: () => store.now(),
    read: (stream, from) => store.read(stream, from),
    approvals: (query) => store.approvals(query),
    watch: (signal) => store.watch(signal),
    streams: () => store.streams(),
  };
}
