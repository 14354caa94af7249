import { z } from "zod";
import type { ArgSpec } from "./case.ts";

/** The schema of a tool's args. */
export type ArgsSchema = z.ZodObject<Record<string, z.ZodType>>;

/** Makes the schema that a tool declares, so that each framework parses by it in its own way. */
export function schemaOf(args: readonly ArgSpec[]): ArgsSchema {
  return z.object(Object.fromEntries(args.map((arg) => [arg.name, typeOf(arg)])));
}

function typeOf(arg: ArgSpec): z.ZodType {
  const type = baseOf(arg);
  if (arg.default !== undefined) return type.default(arg.default);
  return arg.optional ? type.optional() : type;
}

function baseOf({ type, coerced }: ArgSpec): z.ZodType {
  switch (type) {
    case "string":
      return z.string();
    case "number":
      return coerced ? z.coerce.number() : z.number();
    case "boolean":
      return z.boolean();
    case "strings":
      return z.array(z.string());
    case "any":
      return z.any();
  }
}
