import { editDistance, nearest } from "../nearest.ts";
import { describeType, DYN, type ObjectType, type Type } from "../type.ts";

/** The type of an object's member; undefined where it cannot be there or where its name is a slip of a known one. */
export function memberType(object: ObjectType, name: string): Type | undefined {
  const known = object.members.get(name);
  return known ?? (nearMember(object, name) === undefined ? object.rest : undefined);
}

/** The known member that is most likely meant by a name that is not one. */
function intendedMember(object: ObjectType, name: string): string | undefined {
  return nearMember(object, name) ?? nearest(name, object.members.keys());
}

/** What is wrong with a path of keys into a value of a type; `source` is how messages call the value. */
export function pathProblem(
  type: Type,
  source: string,
  [key, ...rest]: readonly string[],
  member: FindMember = memberType,
): string | undefined {
  if (key === undefined || type.kind === "dyn" || type.kind === "list") return undefined;
  if (type.kind !== "object") return `\`${source}\` is ${describeType(type)} and has no member \`${key}\``;
  const inner = member(type, key);
  return inner === undefined ? noMember(type, source, key) : pathProblem(inner, `${source}.${key}`, rest, member);
}

/** Finds the type of a member; undefined where there is none. */
type FindMember = (object: ObjectType, name: string) => Type | undefined;

/** The type of a member that is to be written: it can be a new one, but no slip of a known one. */
export function writableType(object: ObjectType, name: string): Type | undefined {
  return memberType({ ...object, rest: object.rest ?? DYN }, name);
}

/** That an object, which the source writes so, has no such member. */
export function noMember(type: Type, source: string, name: string): string {
  const intended = type.kind === "object" ? intendedMember(type, name) : undefined;
  return `\`${source}\` has no member \`${name}\`${intended === undefined ? "" : `, did you mean \`${intended}\`?`}`;
}

/** The known member of which a name is one slip away; short names are too close to each other to tell. */
function nearMember(object: ObjectType, name: string): string | undefined {
  if (name.length < 4) return undefined;
  return [...object.members.keys()].find((member) => editDistance(name, member) === 1);
}
