import { hostOf, urlsIn } from "./host.ts";
import { daysMeant } from "./meaning.ts";

/** Something in a text that leads somewhere or names one thing. */
export interface Entity {
  /** a domain is one that a host is below */
  readonly kind: "email" | "host" | "domain" | "identifier";
  readonly text: string;
}

const HOST = /(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,12}[a-z][a-z0-9-]{1,62}/g;
const WORD = /[a-z0-9]+/g;
/** endings of file names, which are no domains */
const FILE = /\.(?:pdf|txt|json|html?|csv|docx?|xlsx?|pptx?|png|jpe?g|gif|svg|js|ts|xml|log|ya?ml|toml|ini|sql|css)$/;
const LOCAL = /[a-z0-9._%+'=!-]/;
const SHORTEST_IDENTIFIER = 6;
const FEWEST_DIGITS = 7;

/** The e-mail addresses, hosts and identifiers in a text as it looks. */
export function entitiesIn(text: string): readonly Entity[] {
  const entities = [...emailsIn(text), ...hostsIn(text), ...identifiersIn(text)];
  return [...new Map(entities.map((entity) => [`${entity.kind} ${entity.text}`, entity])).values()];
}

/** Whether a whole text names one thing so clearly that it is recognised in pieces. */
export function isDistinctive(text: string): boolean {
  const squashed = squash(text);
  return squashed.length >= SHORTEST_IDENTIFIER && (/[0-9]/.test(squashed) || /^\S*(?:@|:\/\/|\.[a-z]{2})\S*$/.test(text));
}

/** A text's letters and digits. */
export function squash(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, "");
}

function emailsIn(text: string): readonly Entity[] {
  const entities: Entity[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    let start = at;
    while (start > 0 && at - start < 64 && LOCAL.test(text[start - 1] ?? "")) start--;
    const [domain = ""] = /^(?:[a-z0-9-]{1,63}\.){1,12}[a-z0-9-]{2,63}/.exec(text.slice(at + 1, at + 255)) ?? [];
    if (start === at || domain === "") continue;
    entities.push({ kind: "email", text: text.slice(start, at + 1) + domain }, ...hostAndDomains(domain));
  }
  return entities;
}

function hostsIn(text: string): readonly Entity[] {
  const entities: Entity[] = [];
  for (const url of urlsIn(text)) {
    const host = hostOf(url);
    if (host?.includes(".") === true || host?.includes(":") === true) entities.push(...hostAndDomains(host));
  }
  for (const [name] of text.matchAll(HOST)) if (!FILE.test(name)) entities.push(...hostAndDomains(name));
  return entities;
}

function hostAndDomains(name: string): readonly Entity[] {
  const host = name.replace(/^www\./, "");
  const labels = host.split(".");
  // an address has nothing above it
  const above = /^[0-9.]+$/.test(host) ? [] : labels.slice(1, -1).map((_, at) => labels.slice(at + 1).join("."));
  return [{ kind: "host", text: host }, ...above.map((text): Entity => ({ kind: "domain", text }))];
}

/** Words with digits, alone where they are long, and joined where only a space or a mark is between: IBANs, cards, phones. */
function identifiersIn(text: string): readonly Entity[] {
  const entities: Entity[] = [];
  let group: { readonly start: number; readonly end: number } | undefined;
  const close = (): void => {
    const whole = group === undefined ? "" : text.slice(group.start, group.end);
    if (isNumberLike(whole)) entities.push({ kind: "identifier", text: whole });
    group = undefined;
  };
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const end = index + word.length;
    const joins = group !== undefined && /^[ .()/+_-]{1,2}$/.test(text.slice(group.end, index));
    const bank = joins && group !== undefined && /^[a-z]{2}[0-9]{2}$/.test(text.slice(group.start, group.end)) && /^[a-z]{4}$/.test(word);
    if (!joins || !(/[0-9]/.test(word) || bank)) close();
    if (/[0-9]/.test(word) && word.length >= SHORTEST_IDENTIFIER) entities.push({ kind: "identifier", text: word });
    if (/[0-9]/.test(word) || bank) group = { start: group?.start ?? index, end };
  }
  close();
  return entities;
}

function isNumberLike(text: string): boolean {
  return text.replaceAll(/[^0-9]/g, "").length >= FEWEST_DIGITS && /[^a-z0-9]/.test(text) && daysMeant(text).length === 0;
}
