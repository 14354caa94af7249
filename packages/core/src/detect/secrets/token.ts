import type { RunProbe } from "../probe.ts";
import { jwtEnd } from "./jwt.ts";
import { privateKeyEnd } from "./private-key.ts";
import { TOKEN_FORMATS, type TokenFormat } from "./token-format.ts";

interface CompiledFormat extends TokenFormat {
  readonly shape: RegExp;
}

/** A probe for tokens of well-known formats, JSON web tokens and private keys, at the start of a run. */
export function tokenProbe(): RunProbe {
  const formats = byFirstChar();
  return (text, start, end, report) => {
    const first = text.charCodeAt(start);
    // its white space ends the run, and anything may stand before it
    const key = end - BEGIN.length;
    const keyEnd = text.startsWith(BEGIN, key) ? privateKeyEnd(text, key) : -1;
    if (keyEnd > 0) report("private-key", key, keyEnd, 0.99);
    if (text.startsWith("eyJ", start)) {
      const tokenEnd = jwtEnd(text, start, end);
      if (tokenEnd > 0) report("jwt", start, tokenEnd, 0.98);
      return;
    }
    if (end - start === 22 && text.startsWith("SG.", start - 3)) {
      SENDGRID.lastIndex = start - 3;
      if (SENDGRID.test(text)) report("sendgrid-key", start - 3, SENDGRID.lastIndex, 0.98);
    }
    for (const { kind, prefix, shape, check } of formats.get(first) ?? []) {
      if (!text.startsWith(prefix, start)) continue;
      shape.lastIndex = start;
      if (!shape.test(text)) continue;
      const token = text.slice(start, shape.lastIndex);
      report(kind, start, shape.lastIndex, check === undefined ? 0.95 : check(token) ? 0.99 : 0.5);
      return;
    }
  };
}

const SENDGRID = /SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/y;
const BEGIN = "-----BEGIN";

function byFirstChar(): ReadonlyMap<number, readonly CompiledFormat[]> {
  const formats = new Map<number, CompiledFormat[]>();
  for (const format of TOKEN_FORMATS) {
    const compiled = { ...format, shape: new RegExp(`${format.prefix}${format.rest}(?![A-Za-z0-9])`, "y") };
    const first = format.prefix.charCodeAt(0);
    formats.set(first, [...(formats.get(first) ?? []), compiled]);
  }
  return formats;
}
