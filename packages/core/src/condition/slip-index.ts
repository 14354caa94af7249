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
 * neighbours or have one between them (`nofity`). Words of a series are no slips of each other.
 */
export function indexSlips(known: Iterable<string>): FindSlip {
  const root: Node = { next: new Map() };
  for (const word of known) if (word.length <= LONGEST) add(root, word);
  return (word) => {
    const most = word.length < 4 || word.length > LONGEST ? 0 : word.length < 8 ? 1 : 2;
    for (let edits = 0; edits <= most; edits++) {
      const found = find(root, word, 0, edits);
      if (found !== undefined) return edits === 0 || areOfOneSeries(word, found) ? undefined : found;
    }
    return undefined;
  };
}

/** Whether two words are told apart on purpose: by a number (`read`, `read2`) or by their last character (`tool_a`, `tool_b`). */
function areOfOneSeries(a: string, b: string): boolean {
  const number = /[0-9]+/g;
  return a.replace(number, "") === b.replace(number, "") || (a.length === b.length && a.slice(0, -1) === b.slice(0, -1));
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
