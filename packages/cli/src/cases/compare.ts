import { canonical, type Json } from "@sallyport/core";
import type { Played } from "../trace/player.ts";
import type { Named } from "./suite.ts";

/** Something that is not as the case names it; `actual` undefined: it did not happen. */
export interface Difference {
  readonly key: string;
  readonly expected: Json;
  readonly actual: Json | undefined;
}

/** What is not as it was named. */
export function compare(named: Named, played: Played | undefined): readonly Difference[] {
  const actual = played === undefined ? undefined : factsOf(played);
  return Object.entries(named).flatMap(([key, expected]) => {
    const found = actual?.[key];
    return found !== undefined && canonical(ordered(key, expected)) === canonical(found) ? [] : [{ key, expected, actual: found }];
  });
}

/** What a case can name. */
function factsOf(played: Played): Named {
  switch (played.kind) {
    case "call": {
      const { decision, rules, reason, args, labels, shadow, errors } = played.decision;
      return { decision, rules, reason, args, labels, shadow, errors: [...new Set(errors.map(({ rule }) => rule))].sort() };
    }
    case "verdict":
      return { status: played.resolution.status, rules: played.resolution.rules };
    case "result": {
      const { decision, rules, content } = played.inspection;
      return { decision, rules, content };
    }
    case "message": {
      const { decision, rules, reason } = played.inspection;
      return { decision, rules, reason };
    }
    case "output": {
      const { decision, rules, text } = played.inspection;
      return { decision, rules, text };
    }
  }
}

/** Labels and what failed are sets, which are compared sorted. */
function ordered(key: string, value: Json): Json {
  const isSet = (key === "labels" || key === "errors") && Array.isArray(value);
  return isSet ? value.filter((item) => typeof item === "string").sort() : value;
}
