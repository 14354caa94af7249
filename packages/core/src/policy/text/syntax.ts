import type { CST } from "yaml";

/** How deep lists and mappings may stand in each other. */
const maxDepth = 100;

/** Takes something wrong by its offset in the text. */
export type Fault = (offset: number, message: string) => void;

/** Says what tokens of a file no policy may be written with; true where there are none. Runs without recursion: depth is what it looks for. */
export function inspectSyntax(tokens: readonly CST.Token[], fault: Fault): boolean {
  let sound = true;
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    const problem =
      depth > maxDepth ? `lists and mappings stand more than ${maxDepth} deep in each other; make it flatter` : problemOf(token);
    if (problem !== undefined) fault(token.offset, problem);
    sound &&= problem === undefined;
    if (depth > maxDepth) return false;
    for (const child of childrenOf(token)) open.push({ token: child, depth: isCollection(child) ? depth + 1 : depth });
  }
  return sound;
}

function problemOf(token: CST.Token): string | undefined {
  if (token.type === "directive") return `the directive \`${token.source}\` is not part of the format; leave it out`;
  if (token.type === "tag") return `the tag \`${token.source}\` is not part of the format; leave it out`;
  return undefined;
}

type Collection = CST.FlowCollection | CST.BlockMap | CST.BlockSequence;

function isCollection(token: CST.Token): token is Collection {
  return token.type === "flow-collection" || token.type === "block-map" || token.type === "block-seq";
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (isCollection(token)) return token.items.flatMap(tokensOfItem);
  return token.type === "document" ? [...token.start, ...listed(token.value)] : [];
}

function tokensOfItem({ start, key, sep, value }: CST.CollectionItem): readonly CST.Token[] {
  return [...start, ...listed(key), ...(sep ?? []), ...listed(value)];
}

function listed(token: CST.Token | null | undefined): readonly CST.Token[] {
  return token === null || token === undefined ? [] : [token];
}
