import type { Probe, Sensor } from "../probe.ts";
import { assignments } from "./assignment.ts";
import { tokenProbe } from "./token.ts";

const CREDENTIALS = /:\/\/([^\s:/@"'<>]{0,64}:[^\s/@"'<>]{1,128})@[A-Za-z0-9[]/y;
const SLACK = /:\/\/hooks\.slack\.com\/services\/(T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/[A-Za-z0-9]{24})(?![A-Za-z0-9])/y;
const TELEGRAM = /:(AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])/y;

/** The user and password of a URL or connection string, and tokens that stand behind a colon. */
const probeColon: Probe = (text, at, report) => {
  const next = text.charCodeAt(at + 1);
  if (next !== 0x2f && next !== 0x41) return at + 1;
  for (const [shape, kind] of [
    [CREDENTIALS, "url-credentials"],
    [SLACK, "slack-token"],
    [TELEGRAM, "token"],
  ] as const) {
    shape.lastIndex = at;
    const match = shape.exec(text);
    if (match === null) continue;
    const end = kind === "url-credentials" ? shape.lastIndex - 2 : shape.lastIndex;
    if (kind === "url-credentials" && /^[^:]*:(?:password|pass|\*{3,}|<|\$)/i.test(match[1] ?? "")) return end;
    report(kind, end - (match[1]?.length ?? 0), end, 0.9);
    return end;
  }
  return at + 1;
};

/** Credentials: what it looks at in the one pass. */
export function secretSensors(): readonly Sensor[] {
  const probeToken = tokenProbe();
  return [{ marks: ":", open: () => ({ run: probeToken, mark: probeColon }) }, assignments];
}
