import type { Json, JsonObject } from "../../value.ts";
import { policyFormat } from "./policy-format.ts";
import type { RecordShape, Shape } from "./shape.ts";

/** The JSON Schema (draft 2020-12) of policy files, for editors. It knows shapes only: what conditions and ids mean is checked by loading. */
export function policySchema(): JsonObject {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Sallyport policy", ...schemaOf(policyFormat) };
}

function schemaOf(shape: Shape): JsonObject {
  switch (shape.kind) {
    case "version":
      return { const: 1 };
    case "text":
    case "name":
      return { type: "string", minLength: 1 };
    case "flag":
      return { type: "boolean" };
    case "amount":
      return { type: "number", minimum: 0 };
    case "count":
      return { type: "integer", minimum: 1 };
    case "duration":
      return { type: "string", pattern: "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$", minLength: 2 };
    case "args-path":
      return { type: "string", pattern: "^args\\.[^.]+(\\.[^.]+)*$" };
    case "path":
      return { type: "string", pattern: "^[^.]+(\\.[^.]+)*$" };
    case "condition":
      // YAML reads `true` and `100` as a boolean and a number; they are conditions all the same
      return { type: ["string", "number", "boolean"] };
    case "schema":
      return { type: "object" };
    case "choice":
      return { enum: shape.of };
    case "list":
      return { type: "array", items: schemaOf(shape.of), ...(shape.empty === "refused" ? { minItems: 1 } : {}) };
    case "table":
      return {
        type: "object",
        propertyNames: schemaOf(shape.key),
        additionalProperties: schemaOf(shape.of),
        ...(shape.empty === "refused" ? { minProperties: 1 } : {}),
      };
    case "record":
      return schemaOfRecord(shape);
  }
}

function schemaOfRecord({ says, keys }: RecordShape): JsonObject {
  const known = Object.entries(keys);
  const properties: Readonly<Record<string, Json>> = Object.fromEntries(
    known.map(([key, { says: description, shape }]) => [key, { description, ...schemaOf(shape) }]),
  );
  const required = known.filter(([, key]) => key.required).map(([key]) => key);
  return { type: "object", description: says, properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}
