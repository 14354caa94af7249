import { isDigit, isWordChar } from "../chars.ts";
import type { Probe } from "../probe.ts";

const LONGEST = 39;
const WHOLE = /^(?:[0-9A-Fa-f]{1,4}(?::|$)){8}$/;

/** An IPv6 address around a colon: eight groups, or fewer around one `::`. */
export const probeIpv6: Probe = (text, at, report) => {
  let start = at;
  while (at - start < 4 && isPart(text.charCodeAt(start - 1))) start--;
  let end = at + 1;
  let colons = 1;
  for (; end - start <= LONGEST && isPart(text.charCodeAt(end)); end++) if (text.charCodeAt(end) === COLON) colons++;
  if (colons < 2 || colons > 8) return end;
  while (text[end - 1] === ":" && text[end - 2] !== ":") end--;
  const alone = !isWordChar(text.charCodeAt(start - 1)) && !isWordChar(text.charCodeAt(end));
  if (alone && end > at && isAddress(text.slice(start, end))) report("ip", start, end, 0.9);
  return Math.max(at + 1, end);
};

function isPart(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46) || code === COLON;
}

const COLON = 0x3a;

function isAddress(text: string): boolean {
  if (WHOLE.test(text)) return true;
  const [left, right, ...more] = text.split("::");
  if (left === undefined || right === undefined || more.length > 0) return false;
  const groups = [...left.split(":"), ...right.split(":")].filter((group) => group !== "");
  if (groups.length > 7 || groups.some((group) => group.length > 4)) return false;
  // `a::b` is an address too, and in texts about programs it is anything but one
  return /\d/.test(text) && (groups.length > 2 || left.length === 4) && groups.length > 1;
}
