import { isObject, type JsonObject } from "@sallyport/core";
import { denied, type Refusal } from "./refusal.ts";
import { textIn } from "./wire.ts";

/** What the parts of a message are called in an API. */
export interface PartTypes {
  readonly text: string;
  /** the parts that are no texts and pass */
  readonly media: ReadonlySet<string>;
}

/** The texts of a message in a request, part by part. Throws a Refusal for a part that nobody knows: the model might read it. */
export function textsOf({ content }: JsonObject, { text, media }: PartTypes): readonly string[] {
  if (content === undefined || content === null) return [];
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) throw unknown("the content of a message of the request is neither a text nor a list of parts");
  return content.flatMap((part) => {
    const type = isObject(part) ? textIn(part, "type") : undefined;
    const said = isObject(part) ? textIn(part, "text") : undefined;
    if (type === text && said !== undefined) return [said];
    if (type !== undefined && media.has(type)) return [];
    throw unknown(`a message of the request has a part that nobody can look at: \`${type ?? typeof part}\``);
  });
}

function unknown(message: string): Refusal {
  return denied("unreadable_request", message);
}
