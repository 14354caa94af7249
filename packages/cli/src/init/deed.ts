import { isThing } from "./authorship.ts";
import type { ToolDefinition } from "./tool-definition.ts";
import { bareVerbOf, hardest, isChange, isObject, verbOf, type Verb } from "./verb.ts";
import { hasWord, listed, sentencesOf, wordsOf } from "./words.ts";

/** What a tool does, and where that was read. */
export interface Reading {
  readonly verb: Verb;
  /** why, for the reviewer */
  readonly because: string;
}

/** Nouns that make a noun of the verb before them: `send_status`, `update_history`. */
const META = listed(`status history log logs queue time date price pricing quote options option list count limit rate state info hours times
  information details metadata policy settings report summary schema type types id ids events event statistics stats`);

/** What a description says before its verb. */
const FILLERS = listed(`this the a an tool tools function api endpoint operation is are be used use to for that which allows allow
  you your user users it lets let can will helps help agent model enables ability able please simply quickly`);

/** What a later sentence may say of a tool: `Deletes the originals.` Softer verbs stand there for how it works: `Handles errors.` */
const CONFESSED =
  listed(`send delete remove erase write overwrite create modify publish execute upload transfer share charge pay forward post
  email purchase book submit grant revoke install`);

/**
 * What a tool does, read from its name and its description. The name is what callers rely on; a description, which
 * anyone may have written, only makes it harder. Undefined where neither says.
 */
export function readDeed(tool: ToolDefinition, toolkit: readonly string[]): Reading | undefined {
  const named = verbInName(tool.name, toolkit);
  const described = verbsInDescription(tool.description);
  const harder = hardest([...(named === undefined ? [] : [named]), ...described]);
  if (harder === undefined) return isListing(tool, toolkit) ? { verb: LIST, because: "it is named after what it returns" } : undefined;
  if (named === undefined) return { verb: harder, because: `its description says "${harder.word}"` };
  const heavier = ["remove", "tell", "admit", "pay", "run"].includes(harder.deed) && ["make", "change", "act"].includes(named.deed);
  const raised = isChange(harder) && (!isChange(named) || heavier);
  return raised
    ? { verb: harder, because: `its name says "${named.word}", but its description "${harder.word}"` }
    : { verb: named, because: `its name says "${named.word}"` };
}

const LIST: Verb = { word: "list", deed: "look", nounToo: true };

/** Words that stand before what is listed. */
const BEFORE = listed("my own current all available latest recent upcoming new saved active the standing");
/** What a record is called. */
const RECORDS = listed(`details detail info information profile summary overview status state history list statement snapshot time date
  balance schedule agenda data statistics stats report results forecast slots availability`);
const ARTICLES = listed("a an the all every each your its this any some new one");

/** Whether a name without a verb is that of what it returns, and its description speaks of a thing and not of a deed. */
function isListing({ name, description }: ToolDefinition, toolkit: readonly string[]): boolean {
  const words = ownWords(name, toolkit);
  const [first = "", last = ""] = [words[0], words.at(-1)];
  const named = BEFORE.has(first) || RECORDS.has(last) || (isThing(first) && (words.length > 1 || last.endsWith("s")));
  const sentences = sentencesOf(description);
  const [lead = []] = sentences;
  const spoken = lead.some((word) => ["tool", "function", "endpoint"].includes(word)) || ARTICLES.has(lead[1] ?? "");
  return named && lead.length > 0 && !spoken && (ARTICLES.has(lead[0] ?? "") || !sentences.some(isOrder));
}

/** `Forks a repository`: a word that nobody knows, and what it is done to. */
function isOrder(words: readonly string[]): boolean {
  return ARTICLES.has(words[1] ?? "");
}

/** The words of the name that are the tool's own: without the toolkit's, and of the last name spaces so many that there are two. */
export function ownWords(name: string, toolkit: readonly string[]): readonly string[] {
  const spaces = name
    .split(/__|[./:]/)
    .map(wordsOf)
    .filter((words) => words.length > 0);
  const words = (spaces.at(-1)?.length ?? 0) > 1 ? (spaces.at(-1) ?? []) : spaces.slice(-2).flat();
  const starts = toolkit.length > 0 && toolkit.every((word, index) => words[index] === word);
  return starts && words.length > toolkit.length ? words.slice(toolkit.length) : words;
}

function verbInName(name: string, toolkit: readonly string[]): Verb | undefined {
  const words = ownWords(name, toolkit);
  const [main, at] = mainVerb(words);
  if (main === undefined) return undefined;
  const joined = words.flatMap((word, index) => {
    if (index <= at) return [];
    const verb = bareVerbOf(word);
    const linked = ["and", "or", "then"].includes(words[index - 1] ?? "");
    const noun = hasWord(words.slice(index + 1, index + 2), META);
    return verb !== undefined && isChange(verb) && !noun && (linked || (!verb.nounToo && words.length > index)) ? [verb] : [];
  });
  return isChange(main) && !joined.some(({ deed }) => deed === "remove") ? main : hardest([main, ...joined]);
}

/** The verb that the name is about: its first word if that is one, else the first that is only a verb, else the last that may be one. */
function mainVerb(words: readonly string[]): readonly [Verb | undefined, number] {
  const verbs = words.map(verbOf);
  const [first] = verbs;
  const sure = words.findIndex((word) => bareVerbOf(word)?.nounToo === false);
  if (words.length === 1 && isPlural(words[0] ?? "")) return [undefined, -1];
  if (first !== undefined && !(isNounFirst(words) || (mayBeNoun(words) && sure > 0))) return [first, 0];
  if (first !== undefined && sure < 0) return [undefined, -1];
  const at = sure >= 0 ? sure : verbs.findLastIndex((verb) => verb !== undefined);
  // "hotel reviews", "my posts": a plural at the end is what is listed
  const isListed = sure < 0 && at === words.length - 1 && isPlural(words[at] ?? "");
  return isListed ? [undefined, -1] : [verbs[at], at];
}

/** Whether a word is of a verb that is a noun too, in its plural: \`reviews\`. */
function isPlural(word: string): boolean {
  return verbOf(word)?.nounToo === true && bareVerbOf(word) === undefined && word.endsWith("s");
}

/** Whether the first word may be a noun before its verb: \`order_get\`, \`opening_hours\`. */
function mayBeNoun([first = ""]: readonly string[]): boolean {
  const verb = verbOf(first);
  return verb !== undefined && (isObject(verb) || bareVerbOf(first) === undefined);
}

/** Whether the first word is a noun by what follows: nothing, or what makes a noun of it. */
function isNounFirst(words: readonly string[]): boolean {
  const alone = words.length === 1 && bareVerbOf(words[0] ?? "") !== undefined;
  return mayBeNoun(words) && (alone || hasWord(words.slice(1, 2), META));
}

function verbsInDescription(description: string): readonly Verb[] {
  const [first = [], ...others] = sentencesOf(description);
  const later = others.flatMap(([word = ""]) => {
    const verb = word.endsWith("s") ? verbOf(word) : undefined;
    return verb !== undefined && CONFESSED.has(verb.word) ? [verb] : [];
  });
  return [...leadingVerbs(first), ...later];
}

/** What follows a noun and hardly a verb: `Messages of a conversation`, `Bills and letters`. */
const AFTER_NOUN = listed("of from that which who whom whose in with by on at where about written left sent made");

/** Whether a word that may be a verb is a noun, by what follows. */
function isNounHere(word: string, [next = "", after = ""]: readonly string[]): boolean {
  if (verbOf(word)?.nounToo !== true) return false;
  if (next === "" || AFTER_NOUN.has(next) || next.endsWith("ed")) return true;
  return ["and", "or"].includes(next) && verbOf(after) === undefined;
}

/** The verbs that a sentence begins with: `View, update, or cancel appointments`. */
function leadingVerbs(words: readonly string[]): readonly Verb[] {
  const start = words.findIndex((word) => !FILLERS.has(word));
  const rest = start < 0 ? [] : words.slice(start);
  const end = rest.findIndex((word) => verbOf(word) === undefined && word !== "and" && word !== "or");
  const leading = end < 0 ? rest : rest.slice(0, end);
  return leading.flatMap((word, index) => {
    const verb = word.startsWith("return") || isNounHere(word, rest.slice(index + 1)) ? undefined : verbOf(word);
    // "order history", "post details": after the first word a noun is more likely than a verb, unless it is joined on
    const plain =
      index === 0 ||
      verb?.nounToo === false ||
      ["and", "or"].includes(rest[index + 1] ?? "") ||
      ["and", "or"].includes(rest[index - 1] ?? "");
    return verb !== undefined && plain ? [verb] : [];
  });
}
