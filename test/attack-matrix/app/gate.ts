import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createGate, loadPolicy, type Gate, type SessionInit } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import type { User } from "./users.ts";

/** The store of the app in a folder. */
export const STORE = "gate.db";

/** The policy, the same for every framework and every attack. */
export const POLICY_FILE: string = join(import.meta.dirname, "..", "policy.yaml");

/** The gate of the app in a folder. */
export async function openGate(folder: string): Promise<Gate> {
  const policy = loadPolicy(readFileSync(POLICY_FILE, "utf8"), { file: POLICY_FILE });
  return createGate({ policy, store: sqliteStore(join(folder, STORE)) });
}

/** The session of a user's chat at the desk. */
export function sessionOf(chat: string, user: User): SessionInit {
  return { id: chat, principal: { ...user }, agent: { id: "desk" } };
}
