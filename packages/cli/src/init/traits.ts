import { isSocial } from "./authorship.ts";
import { deedAbout } from "./burden.ts";
import { ownWords, readDeed } from "./deed.ts";
import { isTeamSet, listsNames, staysInTeam } from "./team-chat.ts";
import type { Parameter, ToolDefinition } from "./tool-definition.ts";
import { toolkitOf } from "./toolkit.ts";
import { isObject, verbOf, type Deed, type Verb } from "./verb.ts";
import { hasWord, listed, sentencesOf, wordsOf } from "./words.ts";

/** All that is read of a tool before anything is proposed for it. */
export interface Traits {
  readonly tool: ToolDefinition;
  readonly verb: Verb | undefined;
  /** whether the verb may as well be a noun where it stands */
  readonly guessed: boolean;
  /** what it does, given what it is about and what its annotations add; undefined where nothing says */
  readonly deed: Deed | undefined;
  /** why it is thought to do that */
  readonly because: string;
  /** the words of its name that are no verb */
  readonly matter: readonly string[];
  /** the words of its description's first sentence */
  readonly description: readonly string[];
  /** whether it stays within a team's chat, and whether it returns nothing but names from there */
  readonly team: "no" | "within" | "names";
  /** whether the tools of its kit are about people who write to each other */
  readonly social: boolean;
}

/** Reads the traits of every tool of a list; the list as a whole says which words are a toolkit's name, and whether it is a team's chat. */
export function readTraits(tools: readonly ToolDefinition[]): readonly Traits[] {
  const names = tools.map(({ name }) => name);
  const kits = tools.map(({ name }) => toolkitOf(name, names));
  const chat = isTeamSet(tools);
  return tools.map((tool, index) => {
    const kit = kits[index] ?? [];
    const kin = tools.filter((_, other) => kits[other]?.join(" ") === kit.join(" "));
    const read = readTool(tool, kit);
    const within = chat && read.deed !== undefined && staysInTeam(read.deed, read.matter, tool);
    const team = !within ? "no" : read.deed === "look" && listsNames(read.matter, tool) ? "names" : "within";
    return { ...read, team, social: isSocial(kin.flatMap(({ name }) => wordsOf(name))) };
  });
}

function readTool(tool: ToolDefinition, toolkit: readonly string[]): Omit<Traits, "team" | "social"> {
  const words = ownWords(tool.name, toolkit);
  const [description = []] = sentencesOf(tool.description);
  const reading = readDeed(tool, toolkit);
  const main = words.findIndex((word) => reading !== undefined && verbOf(word)?.word === reading.verb.word);
  const matter = words.filter((_, index) => index !== main);
  const deed = reading === undefined ? undefined : deedOf(reading.verb, matter, description, tool);
  const because = reading?.because ?? "nothing says what it does";
  // a word that is a noun too, behind others: it may as well name what comes back
  const guessed = main !== 0 && reading !== undefined && isObject(reading.verb);
  return { tool, verb: reading?.verb, guessed, matter, description, ...annotated(tool, deed, because) };
}

/** Words of what is opened to be read; a door is opened otherwise. */
const READABLE = listed("node file document folder page tab note url link website");
/** What is run without being given anything to execute. */
const ROUTINES = listed("test check diagnostic diagnostics scan analysis audit report backup");
/** Words of a parameter that says where something is put. */
const PLACE_HERE = listed("local save output dest destination target path folder directory");

/** Verbs whose parameters say what is looked for: the recipient of a message that was sent. */
const FILTERED = listed("get list search read find retrieve view show query fetch lookup count");
/** Where an export goes to. */
const OUT_THERE = listed("destination dest target location bucket stage endpoint webhook");
const SENDING = listed("email mail send deliver forward phone");

/** Whether a parameter of a read says whom what is read goes to: `email_to`, `recipients`. */
function carriesOut({ name, type }: Parameter): boolean {
  const words = wordsOf(name);
  const to = words.at(-1) === "to" || words[0] === "to";
  return (type === "text" || type === "list") && (hasWord(words, listed("recipient webhook bcc")) || (to && hasWord(words, SENDING)));
}

function deedOf({ word, deed }: Verb, matter: readonly string[], description: readonly string[], { parameters }: ToolDefinition): Deed {
  if (word === "open" && hasWord(matter, READABLE)) return "look";
  if (word === "run" && hasWord(matter, ROUTINES)) return "act";
  if (deed === "look" && !FILTERED.has(word) && parameters.some(carriesOut)) return "tell";
  if (word === "export" && parameters.some(({ name }) => hasWord(wordsOf(name).slice(-1), OUT_THERE))) return "tell";
  const kept = (word === "download" || word === "export") && parameters.some(({ name }) => hasWord(wordsOf(name), PLACE_HERE));
  return kept ? "make" : deedAbout(deed, matter, description);
}

/** What annotations add: they make a tool graver and never lighter. */
function annotated({ annotations }: ToolDefinition, deed: Deed | undefined, because: string): Pick<Traits, "deed" | "because"> {
  const { destructive, readOnly } = annotations;
  // what nobody knows asks every time: nothing is graver
  if (deed === undefined) return { deed, because };
  if (destructive === true && readOnly !== true && ["look", "fetch", "make", "change"].includes(deed))
    return { deed: "remove", because: `${because}, and it is annotated as destructive` };
  if (readOnly === false && (deed === "look" || deed === "fetch"))
    return { deed: "change", because: `${because}, but it is annotated as not read-only` };
  return { deed, because };
}
