import { isObject, memberOf, readJson } from "@sallyport/core";

// where a text stands that the model wrote in the place of args
const WRITTEN = "sallyport:written";

/**
 * A text of args as the SDK is to see it. Of what is no object it asks people, whatever a policy says, so that is put into one;
 * the tool's guard takes it out again and refuses it.
 */
export function asObjectText(text: unknown): string {
  if (typeof text === "string" && isObjectText(text)) return text;
  return JSON.stringify({ [WRITTEN]: typeof text === "string" ? text : (JSON.stringify(text) ?? "") });
}

/** The text that the model wrote; only what is no object was ever put into one. */
export function writtenIn(text: string): string {
  const reading = readJson(text);
  const written =
    reading.ok && isObject(reading.value) && Object.keys(reading.value).length === 1 ? memberOf(reading.value, WRITTEN) : undefined;
  return typeof written === "string" && !isObjectText(written) ? written : text;
}

/** Whether a text of args is an object, read strictly. */
export function isObjectText(text: string): boolean {
  const reading = readJson(text);
  return reading.ok && isObject(reading.value);
}
