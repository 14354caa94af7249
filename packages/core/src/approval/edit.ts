import type { Requirement } from "../policy/decision.ts";
import { canonical } from "../json/canonical.ts";
import { isObject, type Json, type JsonObject } from "../value.ts";

type Path = readonly string[];

/** The paths that an edit changes although some requirement does not let an approver change them. */
export function changedOutside(before: JsonObject, after: JsonObject, requirements: readonly Requirement[]): readonly string[] {
  const allowed = (path: Path): boolean => requirements.every(({ editable }) => editable.some((above) => isAbove(above, path)));
  return differences(before, after)
    .filter((path) => !allowed(path))
    .map((path) => `args.${path.join(".")}`);
}

/** Paths as people write them: `args.body`. */
export function editablePaths(requirements: readonly Requirement[]): readonly string[] {
  const [first, ...rest] = requirements;
  const paths = first?.editable ?? [];
  const shared = paths.filter((path) => rest.every(({ editable }) => editable.some((allowed) => isAbove(allowed, path))));
  return shared.map((path) => `args.${path.join(".")}`);
}

/** The paths at which two values differ: where both are objects below them, else at them. */
function differences(before: Json | undefined, after: Json | undefined, at: Path = []): readonly Path[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(own(before, key), own(after, key), [...at, key]));
  }
  const same = before !== undefined && after !== undefined && canonical(before) === canonical(after);
  return same ? [] : [at];
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isAbove(allowed: Path, path: Path): boolean {
  return allowed.every((key, index) => key === path[index]);
}
