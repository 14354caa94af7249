import { editDistance, nearest } from "../nearest.ts";
import type { ObjectType, Type } from "../type.ts";

/** The type of an object's member; undefined where it cannot be there or where its name is a slip of a known one. */
export function memberType(object: ObjectType, name: string): Type | undefined {
  const known = object.members.get(name);
  return known ?? (slipOf(object, name) === undefined ? object.rest : undefined);
}

/** The known member that is most likely meant by a name that is not one. */
export function intendedMember(object: ObjectType, name: string): string | undefined {
  return slipOf(object, name) ?? nearest(name, object.members.keys());
}

/** The known member of which a name is one slip away; short names are too close to each other to tell. */
function slipOf(object: ObjectType, name: string): string | undefined {
  if (name.length < 4) return undefined;
  return [...object.members.keys()].find((member) => editDistance(name, member) === 1);
}
