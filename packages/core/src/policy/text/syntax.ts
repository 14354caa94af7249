import type { CST } from "yaml";

/** How deep lists and mappings may stand in each other. */
const maxDepth = 100;

/** Takes something wrong by its offset in the text. */
export type Fault = (offset: number, message: string) => void;

/** Says what tokens of a file no policy may be written with; true where there are none. Runs without recursion: depth is what it looks for. */
export function inspectSyntax(tokens: readonly CST.Token[], fault: Fault): boolean {
  let sound = true;
  const open: Place[] = tokens.map((token) => ({ token, depth: 0, advice: LEAVE_OUT }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth, advice } = next;
    const problem =
      depth > maxDepth ? `lists and mappings stand more than ${maxDepth} deep in each other; make it flatter` : problemOf(token, advice);
    if (problem !== undefined) fault(token.offset, problem);
    sound &&= problem === undefined;
    if (depth > maxDepth) return false;
    for (const child of childrenOf(token)) open.push({ ...child, depth: isCollection(child.token) ? depth + 1 : depth });
  }
  return sound;
}

/** A token, and what to do about it should it be a tag. */
interface Child {
  readonly token: CST.Token;
  readonly advice: string;
}

interface Place extends Child {
  readonly depth: number;
}

const LEAVE_OUT = "leave it out";

function problemOf(token: CST.Token, advice: string): string | undefined {
  if (token.type === "directive") return `the directive \`${token.source}\` is not part of the format; leave it out`;
  if (token.type === "tag") return `the tag \`${token.source}\` is not part of the format; ${advice}`;
  return undefined;
}

type Collection = CST.FlowCollection | CST.BlockMap | CST.BlockSequence;

function isCollection(token: CST.Token): token is Collection {
  return token.type === "flow-collection" || token.type === "block-map" || token.type === "block-seq";
}

function childrenOf(token: CST.Token): readonly Child[] {
  if (isCollection(token)) return token.items.flatMap(childrenOfItem);
  return token.type === "document" ? [...token.start, ...listed(token.value)].map(plainChild) : [];
}

function childrenOfItem(item: CST.CollectionItem): readonly Child[] {
  const { start, key, sep, value } = item;
  const advice = adviceOn(item);
  return [...[...start, ...listed(key)].map(plainChild), ...[...(sep ?? []), ...listed(value)].map((token) => ({ token, advice }))];
}

function plainChild(token: CST.Token): Child {
  return { token, advice: LEAVE_OUT };
}

/** What to do about the tag of a value: `when: !external` is a condition without its quotes. */
function adviceOn({ key, sep = [], value }: CST.CollectionItem): string {
  const at = sep.findIndex(({ type }) => type === "tag");
  const tag = sourceOf(sep[at]);
  if (at < 0 || tag.startsWith("!!") || key?.type !== "scalar" || (value && isCollection(value))) return LEAVE_OUT;
  const more = sourceOf(value) !== "" || sep.slice(at + 1).some(({ type }) => type === "anchor");
  return `if it is a condition, quote it: \`${key.source}: "${tag}${more ? " …" : ""}"\``;
}

function sourceOf(token: CST.Token | null | undefined): string {
  return token && "source" in token ? token.source : "";
}

function listed(token: CST.Token | null | undefined): readonly CST.Token[] {
  return token === null || token === undefined ? [] : [token];
}
