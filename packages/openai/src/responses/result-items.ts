import { isObject, type Json, type JsonObject } from "@sallyport/core";
import { denied } from "../refusal.ts";
import { objectIn, objectsIn, textIn } from "../wire.ts";

/** How one type of item writes what came of a call. */
interface ResultShape {
  /** what came of it, as text */
  readonly read: (item: JsonObject) => string;
  /** The item with another text; throws a Refusal where its shape has no room for one. */
  readonly write: (item: JsonObject, text: string) => JsonObject;
}

const plain: ResultShape = {
  read: (item) => textOf(item["output"]),
  write: (item, text) => ({ ...item, output: text }),
};

const RESULTS: ReadonlyMap<string, ResultShape> = new Map<string, ResultShape>([
  ["function_call_output", plain],
  ["custom_tool_call_output", plain],
  ["local_shell_call_output", plain],
  ["apply_patch_call_output", plain],
  [
    "shell_call_output",
    {
      read: (item) =>
        objectsIn(item, "output")
          .map((said) => `${textIn(said, "stdout") ?? ""}${textIn(said, "stderr") ?? ""}`)
          .join("\n"),
      write: (item, text) => {
        const outcome = objectIn(objectsIn(item, "output")[0] ?? {}, "outcome") ?? { type: "exit", exit_code: 0 };
        return { ...item, output: [{ stdout: text, stderr: "", outcome }] };
      },
    },
  ],
  [
    "computer_call_output",
    {
      read: (item) => JSON.stringify(item["output"] ?? null),
      write: (_, text) => {
        throw denied("result_denied", `a picture of the computer was withheld, and nothing can stand in its place: ${text}`);
      },
    },
  ],
]);

/** How an item writes what came of a call; undefined: it is none. */
export function resultShapeOf(item: JsonObject): ResultShape | undefined {
  return RESULTS.get(textIn(item, "type") ?? "");
}

/** A result's text: of parts their texts, and all of them where some are no text. */
function textOf(output: Json | undefined): string {
  if (typeof output === "string") return output;
  if (!Array.isArray(output)) return output === undefined || output === null ? "" : JSON.stringify(output);
  const texts = output.filter(isObject).map((part) => (part["type"] === "input_text" ? textIn(part, "text") : undefined));
  return texts.length === output.length && texts.every((text) => text !== undefined) ? texts.join("\n") : JSON.stringify(output);
}
