export { bareDriver } from "./bare.ts";
export type { ArgSpec, Behaviour, Case, Excuse, PlainTool, SeenWants, Step, StopWants, SubAgent, ToolSpec, Wants } from "./case.ts";
export {
  isYes,
  type AgentSetup,
  type AgentTool,
  type Answer,
  type Change,
  type Chat,
  type Driver,
  type Setup,
  type SetupTool,
  type Stop,
} from "./driver.ts";
export { coverageDocument, matrixOf } from "./matrix.ts";
export { readCases, readCasesIn } from "./read/cases.ts";
export type { ArgsSchema } from "./schema.ts";
export type { ScriptedModel, Shown, ShownResult, Turn, TurnPart } from "./script.ts";
export type { OpenStore, StageStore } from "./stage.ts";
export { conformanceSuite, playCase, playCases, type Cell, type PlayOptions, type SuiteOptions, type TestApi } from "./suite.ts";
export type { Handed, WorldTool } from "./world.ts";
