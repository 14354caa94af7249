import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OriginIndex } from "../../../packages/core/src/origin/origin-index.ts";
import { viewOrigins, type OriginView } from "../../../packages/core/src/origin/origin-view.ts";
import { printer } from "../../../packages/core/src/origin/print.ts";
import { echoOf } from "../../../packages/core/src/origin/text-of.ts";
import type { TextSource } from "../../../packages/core/src/origin/source.ts";
import type { Json, JsonObject } from "../../../packages/core/src/value.ts";

type Role = "user" | "system" | "external" | "trusted" | "untrusted";

interface Case {
  readonly name: string;
  /** role, text and, of a result, the call's args */
  readonly texts: readonly (readonly [Role, string, JsonObject?])[];
  readonly leaf: Json;
  /** the functions that are true of it */
  readonly is: readonly string[];
}

const KEY = "000102030405060708090a0b0c0d0e0f";
const cases: readonly Case[] = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8"));

function viewOf(texts: Case["texts"]): OriginView {
  const print = printer(KEY);
  const index = new OriginIndex(KEY);
  for (const [at, [role, text, args]] of texts.entries())
    index.add(sourceOf(role, at), print(text), args === undefined ? undefined : print(echoOf(args)));
  return viewOrigins([{ index, size: index.size }]);
}

function sourceOf(role: Role, at: number): TextSource {
  if (role === "trusted" || role === "untrusted") return { kind: "result", tool: role, call: `c${at}`, trusted: role === "trusted" };
  return { kind: role };
}

describe("where values were seen", () => {
  it.each(cases)("$name", ({ texts, leaf, is }) => {
    const view = viewOf(texts);
    const answers = {
      from_user: view.isFromUser(leaf),
      from_trusted: view.isFromTrusted(leaf),
      from_untrusted: view.isFromUntrusted(leaf),
      unseen: view.isUnseen(leaf),
    };
    const holding = Object.entries(answers).flatMap(([name, holds]) => (holds ? [name] : []));
    expect(holding.sort()).toEqual([...is].sort());
  });
});
