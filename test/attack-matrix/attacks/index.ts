import type { Attack } from "../attack.ts";
import { approvals } from "./approvals.ts";
import { results } from "./results.ts";
import { state } from "./state.ts";
import { tools } from "./tools.ts";

/** All attacks, in the order of the matrix. */
export const ATTACKS: readonly Attack[] = [...approvals, ...state, ...tools, ...results];
