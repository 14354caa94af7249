import { compileProgram, decide, loadPolicy, readCall, type Request, type Usage } from "@sallyport/core";
import { policyText } from "../policy-text.ts";
import type { PlainRequest, Workload } from "../workload.ts";
import type { Peer } from "./peer.ts";

/** Ours: the policy file, loaded; the pure decision that the gate asks for, without the gate. */
export const sallyport: Peer = {
  name: "sallyport",
  rules: "all",
  prepare: (workload: Workload) => {
    const program = compileProgram(loadPolicy(policyText(workload)));
    return {
      adopt: (plain) => {
        const request = requestOf(plain);
        return () => decide(program, request, unused);
      },
    };
  },
};

/** The request as the gate makes it: args read once and frozen, the session's facts beside it. */
export function requestOf({ tool, args, principal, labels }: PlainRequest): Request {
  const call = readCall({ id: "c1", tool, args });
  if (!call.args.ok) throw new Error(`generated args are no args: ${call.args.reason}`);
  return {
    tool,
    args: call.args.args,
    principal: { ...principal },
    session: { id: "s1", labels, steps: [] },
    now: 1_763_800_000_000,
    ...app,
  };
}

/** Where values were seen: the gate hands it over, and no rule asks. */
const nobody: ReturnType<NonNullable<Request["origins"]>> = {
  originsOf: () => [],
  isFromUser: () => false,
  isFromTrusted: () => false,
  isFromUntrusted: () => false,
  isUnseen: () => true,
};

/** What is the same for all calls of an app's agent. */
const app: Omit<Request, "tool" | "args" | "principal" | "session" | "now"> = {
  agent: { id: "desk" },
  context: { channel: "chat" },
  placeholders: { of: () => undefined, isTaken: () => false },
  redacted: new Map(),
  origins: () => nobody,
  workflow: undefined,
};

/** No limit has been used: there are none. */
const unused: Usage = () => 0;
