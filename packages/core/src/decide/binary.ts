import { isObject, type JsonObject } from "../value.ts";

/** How long a string of nothing but base64 is before it counts as binary: cursors and signatures are shorter. */
const BINARY = 512;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const DATA = /^data:[^,\s]{0,128};base64,/i;

/** Whether a string is binary content in base64: nothing in it can be read. */
export function isBinaryText(text: string): boolean {
  if (DATA.test(text)) return true;
  return text.length >= BINARY && text.length % 4 !== 1 && BASE64.test(text.slice(0, BINARY)) && BASE64.test(text) && /\d/.test(text);
}

/** Whether a text that is not all there yet may turn out to be binary content. */
export function couldBeBinary(beginning: string): boolean {
  return /^data:/i.test(beginning) || (BASE64.test(beginning.slice(0, 64)) && BASE64.test(beginning));
}

/** Whether an object is a part of a tool's result (MCP's shape) that cannot be read: an image, a sound, a resource in binary. */
export function isOpaquePart(part: JsonObject): boolean {
  const { type, resource } = part;
  if ((type === "image" || type === "audio") && typeof part["data"] === "string") return true;
  return type === "resource" && isObject(resource) && typeof resource["blob"] === "string";
}
