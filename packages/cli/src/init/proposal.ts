import { isPure, readAuthorship, type Authorship } from "./authorship.ts";
import { secretWord } from "./burden.ts";
import { argument, destinationOf, OWN_RECORDS } from "./expression.ts";
import { addresseesOf, addressesOf, isSayable, partiesOf } from "./party.ts";
import type { Parameter, ToolDefinition } from "./tool-definition.ts";
import { readTraits, type Traits } from "./traits.ts";
import type { Deed } from "./verb.ts";
import { findWord, hasWord, listed, wordsOf } from "./words.ts";

/** One fact that is proposed for a tool, and why. */
export interface Fact {
  readonly key: "effect" | "trust" | "destination" | "labels" | "credential";
  /** as it is written in the policy */
  readonly value: string;
  readonly because: string;
}

/** What is proposed for a tool. */
export interface Proposal {
  readonly name: string;
  readonly facts: readonly Fact[];
}

/** Proposes facts for every tool of a list. */
export function proposeCatalog(tools: readonly ToolDefinition[]): readonly Proposal[] {
  return readTraits(tools).map((traits) => ({ name: traits.tool.name, facts: propose(traits) }));
}

function propose(traits: Traits): readonly Fact[] {
  const { deed } = traits;
  const facts = deed === undefined ? unknown(traits) : deed === "look" || deed === "fetch" ? reading(traits) : changing(traits, deed);
  return [...facts, ...labels(traits), ...credential(traits)];
}

function unknown({ because, tool }: Traits): readonly Fact[] {
  const addressees = addresseesOf("tell", tool.parameters).filter(isSayable);
  return [
    { key: "effect", value: "unclassified", because },
    ...(addressees.length === 0 ? [] : [destination(addressees)]),
    { key: "trust", value: "untrusted", because: "nothing says who writes what it returns" },
  ];
}

function reading({ tool, because, matter, description, deed, verb, social, team }: Traits): readonly Fact[] {
  const addresses = addressesOf(tool.parameters);
  const { trust, because: why }: Authorship =
    team === "names"
      ? { trust: "trusted", because: "names of what there is; the baseline looks for sentences among them" }
      : readAuthorship({ verb: verb?.word ?? "", words: matter, description, social });
  const page = addresses.length > 0 || deed === "fetch" ? "whoever keeps the page wrote it" : undefined;
  const open = tool.annotations.openWorld === true && trust === "trusted" ? "it is annotated as open to the world" : undefined;
  const doubt = page ?? open;
  return [
    { key: "effect", value: "read", because },
    ...(addresses.length === 0 ? [] : [destination(addresses, "what stands in the address leaves with it")]),
    doubt === undefined ? { key: "trust", value: trust, because: why } : { key: "trust", value: "untrusted", because: doubt },
  ];
}

/** Deeds that stay with the user's own records where nobody is addressed. */
const AT_HOME: readonly Deed[] = ["make", "change", "remove", "act"];
const WEB_WORDS = listed("web webpage website browser page url");

function changing(traits: Traits, deed: Deed): readonly Fact[] {
  const { tool, because, matter, verb, guessed } = traits;
  // who changes a payment that is there changes a record of their own, unless they say another payee
  const home = AT_HOME.includes(deed) || (deed === "pay" && verb?.deed === "change");
  const web = deed === "act" && hasWord([...wordsOf(tool.name), ...traits.description], WEB_WORDS);
  const fetching = verb?.deed === "fetch" || verb?.deed === "look" || deed === "act" ? addressesOf(tool.parameters) : [];
  const addressed = home && !web ? addresseesOf(deed, tool.parameters) : partiesOf(deed, tool.parameters);
  // whom objects name cannot be said in general: that is left to the reviewer, and asks until then
  const parties = addressed.filter(isSayable);
  const addressees = parties.length > 0 ? parties : fetching;
  const open = web || parties.length < addressed.length || (tool.annotations.openWorld === true && addressees.length === 0);
  const returns = guessed || deed === "run" || web || fetching.length > 0 || hasWord(matter, WEB_WORDS);
  return [
    { key: "effect", value: deed === "make" || deed === "change" || deed === "remove" ? "write" : "side_effect", because },
    ...(parties.length < addressed.length ? [] : goesTo(deed, addressees, home && !open && fetching.length === 0)),
    ...(returns ? [{ key: "trust" as const, value: "untrusted", because: "it returns what ran, or what stands elsewhere" }] : []),
  ];
}

function goesTo(deed: Deed, addressees: readonly Parameter[], home: boolean): readonly Fact[] {
  if (deed === "run") return [];
  if (addressees.length === 0) return home ? [{ key: "destination", value: "none", because: "it names nobody to go to" }] : [];
  return [destination(addressees, undefined, home ? OWN_RECORDS : undefined)];
}

function destination(parameters: readonly Parameter[], because?: string, otherwise?: string): Fact {
  const names = parameters.map(({ name }) => argument(name)).join(", ");
  const says = `${names} ${parameters.length > 1 ? "say" : "says"} who or what it goes to`;
  return { key: "destination", value: destinationOf(parameters, otherwise), because: because ?? says };
}

/** Words of records about somebody's person or money, which strangers are not told. */
const PERSONAL = listed(`salary payroll payslip bank passport medical health patient lab personnel employee contract card password identity
  tax credential ssn insurance statement profile customer prescription medication record invoice balance env`);

function labels({ deed, verb, team, matter, description }: Traits): readonly Fact[] {
  const looksUp = deed === "look" && !isPure(verb?.word ?? "");
  const personal = looksUp ? findWord([...matter, ...description], PERSONAL) : undefined;
  const marks = [
    ...(personal === undefined ? [] : [{ label: "private", because: `"${personal}" is not for strangers` }]),
    ...(team === "no" ? [] : [{ label: "team", because: "colleagues talk here; if guests or bots do too, take `team` out" }]),
    ...(team === "names" ? [{ label: "names", because: "names only" }] : []),
    ...(deed === "remove" ? [{ label: "removes", because: "what it takes away may not come back" }] : []),
  ];
  if (marks.length === 0) return [];
  const value = `[${marks.map(({ label }) => label).join(", ")}]`;
  return [{ key: "labels", value, because: marks.map(({ because }) => because).join("; ") }];
}

function credential({ matter }: Traits): readonly Fact[] {
  const word = secretWord(matter);
  return word === undefined ? [] : [{ key: "credential", value: "true", because: `its name says "${word}"` }];
}
