import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CharacterClasses } from "../../../packages/core/src/origin/character.ts";
import { encodedTexts, undoMarkup } from "../../../packages/core/src/origin/encoding.ts";
import { entitiesIn, isDistinctive, squash } from "../../../packages/core/src/origin/entity.ts";
import { describeSighting, excerptOf } from "../../../packages/core/src/origin/explain.ts";
import { fold } from "../../../packages/core/src/origin/fold.ts";
import { hostOf, hostsMeant, urlsIn } from "../../../packages/core/src/origin/host.ts";
import { keyedHash, parseHashKey, type Domain } from "../../../packages/core/src/origin/keyed-hash.ts";
import { leavesOf } from "../../../packages/core/src/origin/leaf.ts";
import { daysMeant, numbersMeant } from "../../../packages/core/src/origin/meaning.ts";
import { numeralAt } from "../../../packages/core/src/origin/numeral.ts";
import type { Sighting } from "../../../packages/core/src/origin/origin-view.ts";
import { unusualRegions } from "../../../packages/core/src/origin/region.ts";
import { tokenize } from "../../../packages/core/src/origin/token.ts";

/** What the search reads in texts: for each part what it is given, and what it makes of it (null: nothing). */
const CASES: Readonly<Record<string, readonly (readonly [given: never, wanted: unknown])[]>> = JSON.parse(
  readFileSync(`${import.meta.dirname}/reading.json`, "utf8"),
);
const KEY = parseHashKey("000102030405060708090a0b0c0d0e0f");

function tokens(text: string): unknown {
  const words: unknown[] = [];
  const word = (start: number, end: number, before: string, digits: boolean) => words.push([text.slice(start, end), before, digits]);
  const after = tokenize(text, new CharacterClasses(), { word });
  return [words, after];
}

const READERS: Readonly<Record<string, (given: never) => unknown>> = {
  entities: (text) => entitiesIn(text).map((entity) => `${entity.kind} ${entity.text}`),
  distinctive: isDistinctive,
  squash,
  markup: undoMarkup,
  encoded: encodedTexts,
  numbers: numbersMeant,
  days: daysMeant,
  host: hostOf,
  urls: urlsIn,
  hostsMeant: (text) => hostsMeant(text),
  describe: ([path, leaf, seen, weak = false]: readonly [Sighting["path"], Sighting["leaf"], Sighting["seen"], boolean?]) =>
    describeSighting({ path, leaf, seen, weak }),
  excerpt: ([text, leaf, width]: readonly [string, string, number?]) => excerptOf(text, leaf, width),
  regions: unusualRegions,
  fold,
  // what was recorded under a key has to be found again, in every version
  hash: ([text, domain]: readonly [string, Domain]) => keyedHash(KEY, domain, text),
  key: parseHashKey,
  tokens,
  numeral: (text) => numeralAt(text, 1, new CharacterClasses()),
  leaves: (value) => leavesOf(value).map((leaf) => [leaf.path.join("/"), leaf.value]),
};

describe.each(Object.entries(CASES))("%s", (part, cases) => {
  it.each(cases)("%j", (given, wanted) => {
    const read = (): unknown => READERS[part]?.(given) ?? null;
    if (typeof wanted === "string" && wanted.startsWith("!")) expect(read).toThrow(wanted.slice(1));
    else expect(read()).toEqual(wanted);
  });
});
