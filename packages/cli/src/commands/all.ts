import type { Command } from "../command/command.ts";
import { approvalsApprove, approvalsDeny } from "./approvals-answer.ts";
import { approvalsList } from "./approvals-list.ts";
import { approvalsShow } from "./approvals-show.ts";
import { check } from "./check.ts";
import { explain } from "./explain.ts";
import { importRune } from "./import.ts";
import { init } from "./init.ts";
import { ledgerExport } from "./ledger-export.ts";
import { ledgerShow } from "./ledger-show.ts";
import { ledgerVerify } from "./ledger-verify.ts";
import { redteam } from "./redteam.ts";
import { replay } from "./replay.ts";
import { test } from "./test.ts";

/** Every command, in the order of the overview. */
export const COMMANDS: readonly Command[] = [
  check,
  test,
  explain,
  replay,
  redteam,
  init,
  importRune,
  approvalsList,
  approvalsShow,
  approvalsApprove,
  approvalsDeny,
  ledgerShow,
  ledgerVerify,
  ledgerExport,
];
