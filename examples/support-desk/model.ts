import { gateway, type LanguageModel } from "ai";
import { scriptedModel } from "./scripted-model.ts";

/** A model that can be wrapped. */
export type Model = Exclude<LanguageModel, string | { specificationVersion: "v2" }>;

/** Who plays the agent. */
export interface Player {
  readonly model: Model;
  readonly name: string;
  /** a scripted model obeys every order it reads, a real one may be wiser: only then can the counts be foreseen */
  readonly kind: "scripted" | "real";
}

/** Providers by the key that they need, each with a small model; SALLYPORT_DEMO_MODEL names another, or `scripted`. */
const PROVIDERS: readonly { readonly key: string; readonly id: string; readonly open: (id: string) => Promise<Model> }[] = [
  { key: "AI_GATEWAY_API_KEY", id: "openai/gpt-5-mini", open: async (id) => gateway(id) },
  { key: "OPENAI_API_KEY", id: "gpt-5-mini", open: async (id) => (await import("@ai-sdk/openai")).openai(id) },
  { key: "ANTHROPIC_API_KEY", id: "claude-haiku-4-5", open: async (id) => (await import("@ai-sdk/anthropic")).anthropic(id) },
];

/** The first provider's model whose key is in the environment; without a key the scripted one. */
export async function choosePlayer(environment: NodeJS.ProcessEnv): Promise<Player> {
  const named = environment["SALLYPORT_DEMO_MODEL"];
  const provider = PROVIDERS.find(({ key }) => (environment[key] ?? "") !== "");
  if (provider === undefined || named === "scripted")
    return { model: scriptedModel(), name: "scripted: it obeys every order that it reads", kind: "scripted" };
  const id = named ?? provider.id;
  return { model: await provider.open(id), name: `${id} (${provider.key} is set)`, kind: "real" };
}
