import type { OriginFacts } from "../condition/facts.ts";
import { digestOf } from "../json/sha256.ts";
import { viewOrigins, type OriginView, type Sighting } from "../origin/origin-view.ts";
import type { IndexPart } from "../origin/place.ts";
import { checkOfKey } from "../session/fold-origin.ts";
import type { SessionOrigins } from "../session/session-origins.ts";
import type { KeyOfPrints, SessionState } from "../session/state.ts";
import type { Json, JsonObject } from "../value.ts";

/** Where values were seen, as the policy sees it that wrote some of them. */
export type OriginsOf = (policyWrote: readonly Json[]) => OriginView & OriginFacts;

/** The keys that prints are made under, from a key of the host app; each tenant has its own. */
export function keysFrom(fingerprintKey: string | undefined): KeyOfPrints {
  return fingerprintKey === undefined ? undefined : (tenant) => digestOf(["origins", fingerprintKey, tenant]).slice(0, 32);
}

/**
 * Where the values of a session were seen: in its own texts, and in those of the sessions that it works for, nearest first,
 * as far as it inherited them. Undefined where one of them is not known.
 */
export function originsIn(chain: readonly SessionState[]): OriginsOf | undefined {
  const parts: { readonly of: SessionOrigins; readonly size: number }[] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const { origins } of chain) {
    if (origins === undefined) return undefined;
    parts.unshift({ of: origins, size: Math.min(size, origins.size) });
    size = origins.inherited;
  }
  const hidden = chain[0]?.redacted;
  const indexes = (): readonly IndexPart[] => parts.map((part) => ({ index: part.of.index, size: part.size }));
  return (policyWrote) =>
    new AskedView(() => {
      const view = viewOrigins(indexes(), policyWrote);
      return hidden === undefined || hidden.size === 0 ? view : withHidden(view, hidden);
    });
}

/** A view that is made when it is first asked: most calls are decided without. */
class AskedView implements OriginView {
  readonly #make: () => OriginView;
  #made: OriginView | undefined;

  constructor(make: () => OriginView) {
    this.#make = make;
  }

  originsOf(value: Json): readonly string[] {
    return this.#view().originsOf(value);
  }

  isFromUser(value: Json): boolean {
    return this.#view().isFromUser(value);
  }

  isFromTrusted(value: Json): boolean {
    return this.#view().isFromTrusted(value);
  }

  isFromUntrusted(value: Json): boolean {
    return this.#view().isFromUntrusted(value);
  }

  isUnseen(value: Json): boolean {
    return this.#view().isUnseen(value);
  }

  sightings(value: Json): readonly Sighting[] {
    return this.#view().sightings(value);
  }

  #view(): OriginView {
    return (this.#made ??= this.#make());
  }
}

/**
 * A view in which a value that a rule revealed comes from where its placeholder stands. The model never saw the value, so it
 * is unseen and from nobody all the same; but what hides in outside text is from outside.
 */
function withHidden(view: OriginView, hidden: ReadonlyMap<string, string>): OriginView {
  const standing = (leaf: Json): readonly string[] =>
    typeof leaf === "string" ? [...hidden].flatMap(([placeholder, value]) => (leaf.includes(value) ? [placeholder] : [])) : [];
  const revealed = (value: Json): readonly Sighting[] => view.sightings(value).filter(({ leaf }) => !view.isFromUser(leaf));
  return {
    ...view,
    isFromUntrusted: (value) => view.isFromUntrusted(value) || view.isFromUntrusted(revealed(value).flatMap(({ leaf }) => standing(leaf))),
    sightings: (value) =>
      view.sightings(value).map((sighting) => {
        const seen = sighting.seen.length > 0 ? sighting.seen : view.sightings(standing(sighting.leaf)).flatMap((one) => one.seen);
        return { ...sighting, seen };
      }),
  };
}

/** What the first record of a session says of its prints. */
export interface OpeningPrints {
  readonly state: JsonObject;
  /** with the key, where it is no key of the app's: erased with the texts, so that nobody can guess at them any more */
  readonly payload: JsonObject;
}

/** What the first record of a session says of its prints; nothing where its parent's are not known. */
export function openingPrints(tenant: string, keys: KeyOfPrints, parent: SessionState | undefined, fresh: () => string): OpeningPrints {
  if (parent !== undefined && parent.origins === undefined) return { state: {}, payload: {} };
  const given = keys?.(tenant);
  const key = parent?.origins?.key ?? given ?? fresh();
  return {
    state: { prints: { check: checkOfKey(key), inherited: parent?.origins?.size ?? 0 } },
    payload: key === given ? {} : { printKey: key },
  };
}

/** The print of a text for a session's records; null where none can be kept. */
export function printIn({ origins }: SessionState, text: string): string | null {
  return origins === undefined ? null : origins.print(text);
}
