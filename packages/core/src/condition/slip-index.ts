/** Words by their characters: those that begin alike share their nodes. */
interface Node {
  readonly next: Map<string, Node>;
  word?: string;
}

/** Finds the known word that a word is a slip of; undefined where it is near none, and for a known word itself. */
type FindSlip = (word: string) => string | undefined;

/** No name is longer; the search goes as deep as the word is long. */
const LONGEST = 200;

/**
 * Indexes known words, to find those that others are slips of: one edit away, or two from 8 characters on; words below
 * 4 characters are too close to each other to tell. An edit inserts, deletes or replaces a character, or swaps two that are
 * neighbours or have one between them (`nofity`).
 */
export function indexSlips(known: Iterable<string>): FindSlip {
  const root: Node = { next: new Map() };
  for (const word of known) if (word.length <= LONGEST) add(root, word);
  return (word) => {
    const most = word.length < 4 || word.length > LONGEST ? 0 : word.length < 8 ? 1 : 2;
    for (let edits = 0; edits <= most; edits++) {
      const found = find(root, word, 0, edits);
      if (found !== undefined) return edits === 0 || !isSlip(word, found) ? undefined : found;
    }
    return undefined;
  };
}

/**
 * Whether a word was hardly written on purpose: its characters are those of the known one in another order, one within it is
 * missing or too many, or its last one was left out. Names that otherwise differ at their start or end (`mount` and `umount`,
 * `file` and `files`), by a character that stands for another (`get` and `set`) or by a number are names of their own.
 */
function isSlip(word: string, known: string): boolean {
  if (word.length === known.length) return sorted(word) === sorted(known);
  const [short, long] = word.length < known.length ? [word, known] : [known, word];
  const at = Array.from(long).findIndex((char, index) => char !== short[index]);
  const char = long[at] ?? "";
  const within = at > 0 && at < long.length - 1 && !/[0-9]/.test(char);
  const cutShort = long === known && at === long.length - 1 && word.length >= 8 && !/[0-9dnrs]/.test(char);
  return (within || cutShort) && short === long.slice(0, at) + long.slice(at + 1);
}

function sorted(word: string): string {
  return Array.from(word).sort().join("");
}

function add(root: Node, word: string): void {
  let node = root;
  for (let at = 0; at < word.length; at++) {
    const char = word.charAt(at);
    const next = node.next.get(char) ?? { next: new Map() };
    node.next.set(char, next);
    node = next;
  }
  node.word = word;
}

/** A word below a node to which at most so many edits lead from the rest of a word. */
function find(node: Node, word: string, at: number, edits: number): string | undefined {
  if (at === word.length && node.word !== undefined) return node.word;
  const same = step(node, word.charAt(at));
  const found = same && find(same, word, at + 1, edits);
  if (found !== undefined || edits === 0) return found;
  return (
    (at < word.length ? find(node, word, at + 1, edits - 1) : undefined) ??
    findBelow(node, word, at, edits - 1) ??
    findSwapped(node, word, at, edits - 1)
  );
}

/** One that has a character more there, or another one. */
function findBelow(node: Node, word: string, at: number, edits: number): string | undefined {
  for (const child of node.next.values()) {
    const found = find(child, word, at, edits) ?? (at < word.length ? find(child, word, at + 1, edits) : undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findSwapped(node: Node, word: string, at: number, edits: number): string | undefined {
  const [first, second, third] = [word.charAt(at), word.charAt(at + 1), word.charAt(at + 2)];
  const neighbours = step(step(node, second), first);
  const around = step(step(step(node, third), second), first);
  return (neighbours && find(neighbours, word, at + 2, edits)) ?? (around && find(around, word, at + 3, edits));
}

function step(node: Node | undefined, char: string): Node | undefined {
  return node?.next.get(char);
}
