import {
  isObject,
  openApprovals,
  readJson,
  SallyportError,
  type Approval,
  type Identity,
  type Json,
  type JsonObject,
  type Resolution,
  type Verdict,
} from "@sallyport/core";
import { countOf } from "../approvals/asked.ts";
import type { Command, Option } from "../command/command.ts";
import type { Input } from "../command/input.ts";
import { withStore } from "../files/open-store.ts";
import type { Io } from "../io.ts";
import { paintOf } from "../print/style.ts";
import { visible } from "../print/visible.ts";

const OPTIONS: Readonly<Record<string, Option>> = {
  store: { says: "the app's store", value: "FILE", required: true },
  as: { says: 'the approver: {"id":"lea","roles":["lead"]}', value: "JSON", required: true },
  reason: { says: "why; kept in the record", value: "TEXT" },
  digest: { says: "the digest that `approvals show` showed: where the call was edited since, the answer is ignored", value: "SHA256" },
};

/** Approves a call. */
export const approvalsApprove: Command = {
  name: "approvals approve",
  says: "approves a call, perhaps with edited args",
  operands: { name: "ID", least: 1, most: 1 },
  options: {
    ...OPTIONS,
    endorse: { says: "the id of a call whose result is to be trusted in this session from now on; several with commas", value: "CALLS" },
    args: { says: "the args to run instead, all of them; only what is editable may differ", value: "JSON" },
  },
  help: `
Exit code 1 where the answer was ignored: it says why. Who --as names is believed: guard who may run this. An edit waits
until the app asks for the call again or looks at the approval: only a process with the policy decides on it.`,
  run: (input, io) => answer("approve", input, io),
};

/** Denies a call. */
export const approvalsDeny: Command = {
  name: "approvals deny",
  says: "denies a call",
  operands: { name: "ID", least: 1, most: 1 },
  options: OPTIONS,
  help: "Exit code 1 where the answer was ignored: it says why.",
  run: (input, io) => answer("deny", input, io),
};

async function answer(decision: "approve" | "deny", input: Input, io: Io): Promise<0 | 1> {
  const id = input.operand();
  const [reason, args, digest] = [input.text("reason"), input.text("args"), input.text("digest")];
  const endorse = decision === "approve" ? input.text("endorse") : undefined;
  const verdict: Verdict = {
    decision,
    approver: approverOf(input.required("as")),
    ...(reason === undefined ? {} : { reason }),
    ...(args === undefined ? {} : { args: objectIn(args, "--args") }),
    ...(digest === undefined ? {} : { digest }),
    ...(endorse === undefined ? {} : { endorse: endorse.split(",").map((id) => id.trim()) }),
  };
  const { resolution, approval } = await withStore(input.required("store"), "write", async (store) => {
    const approvals = openApprovals(store);
    const resolution = await approvals.resolve(id, verdict);
    return { resolution, approval: await approvals.get(id) };
  });
  await io.stdout.write(io.reader === "program" ? `${JSON.stringify({ approval: id, ...resolution })}\n` : "");
  await io.stderr.write(
    `${paintOf(io.style, resolution.status)(resolution.status)}: ${visible(sayingOf(resolution, verdict, approval))}\n`,
  );
  return resolution.status === "ignored" ? 1 : 0;
}

function sayingOf({ status, reason }: Resolution, { approver }: Verdict, approval: Approval | undefined): string {
  switch (status) {
    case "approved":
      return "the call may run, with exactly these args, when the app asks for it again";
    case "denied":
      return `the call will not run${reason === undefined ? "" : `: ${reason}`}`;
    case "pending":
      if (approval?.edit !== undefined) return "the edit waits for the app, which decides on it when it asks again or looks at it";
      return `${reason ?? `\`${approver.id}\` counted`}, ${progressOf(approval)}`;
    case "ignored":
      return `${reason ?? "the answer does not count"}${endOf(approval)}`;
  }
}

/** How far every rule that asks is. */
function progressOf(approval: Approval | undefined): string {
  return (approval?.asked ?? []).map((asked) => `${countOf(asked)} for ${asked.rule}`).join(", ");
}

/** How an approval ended that takes no answers any more. */
function endOf(approval: Approval | undefined): string {
  return approval === undefined || approval.status === "pending" || approval.status === "expired" ? "" : `: it is ${approval.status}`;
}

function approverOf(text: string): Identity {
  const { id, ...claims } = objectIn(text, "--as");
  if (typeof id !== "string" || id === "")
    throw new SallyportError("invalid-input", '`--as` needs a non-empty `id`, such as {"id":"lea","roles":["lead"]}');
  return { ...claims, id };
}

function objectIn(text: string, option: string): JsonObject {
  const reading = readJson(text);
  if (!reading.ok)
    throw new SallyportError("invalid-input", `\`${option}\` is no JSON: ${reading.problem.message} (column ${reading.problem.column})`);
  const value: Json = reading.value;
  if (isObject(value)) return value;
  throw new SallyportError("invalid-input", `\`${option}\` is no JSON object`);
}
