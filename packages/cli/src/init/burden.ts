import type { Deed } from "./verb.ts";
import { basesOf, findWord, hasWord, listed } from "./words.ts";

/** Nouns that make a change heavier than its verb: words for others, access, money. */
const WORDS_FOR_OTHERS = listed(`post tweet comment review story issue gist message reply invitation announcement pull pr webhook email mail
  sms notification reaction discussion toot newsletter campaign`);
const PUBLIC_WORDS = listed("post tweet comment review story gist");
const ACCESS = listed(`member collaborator guest participant permission access role acl sharing share privacy visibility follower invite
  invitation admin owner whitelist allowlist key`);
const MONEY = listed(
  `money transaction payment fund funds transfer wire invoice salary cash crypto coin bitcoin remittance payout refund purchase`,
);
const OPEN_TO_ALL = listed("shareable publicly public");
const NEWCOMERS = listed("user person people contact friend");
/** Who takes over when a call or a customer is transferred. */
const STAFF = listed("human agent operator representative staff department call");
/** First words of a description that make something, for a name that seems to read: `get_access_code`. */
const MAKING = listed("generate generates create creates make makes issue issues");

/** What is secret by itself, or beside another word. */
const SECRETS = listed(`password passwords passphrase secret secrets credential credentials otp totp passkey keychain vault`);
const SECRET_PAIRS = listed(`token key code`);
const SECRET_KINDS = listed(`api access auth oauth bearer private recovery security verification refresh secret ssh`);

/** What a tool does, given what it is about: a `create` of a comment speaks to others, a made password is no read. */
export function deedAbout(deed: Deed, matter: readonly string[], description: readonly string[]): Deed {
  switch (deed) {
    case "look":
      return secretWord(matter) !== undefined && MAKING.has(description[0] ?? "") ? "make" : deed;
    case "pay":
      return hasWord(matter, STAFF) ? "act" : deed;
    case "make":
    case "change":
    case "act":
      return burdened(deed, matter, description);
    case "fetch":
    case "remove":
    case "tell":
    case "admit":
    case "run":
      return deed;
  }
}

/** The word that says that a tool bears credentials. */
export function secretWord(matter: readonly string[]): string | undefined {
  const isPair = (word: string, index: number): boolean =>
    basesOf(word).some((base) => SECRET_PAIRS.has(base)) && SECRET_KINDS.has(matter[index - 1] ?? "");
  return findWord(matter, SECRETS) ?? matter.find(isPair);
}

function burdened(deed: "make" | "change" | "act", matter: readonly string[], description: readonly string[]): Deed {
  if (hasWord(matter, MONEY)) return "pay";
  if (hasWord(matter, ACCESS) || hasWord(description, OPEN_TO_ALL)) return "admit";
  if (deed === "make" && matter.includes("to") && hasWord(matter, NEWCOMERS)) return "admit";
  return hasWord(matter, deed === "change" ? PUBLIC_WORDS : WORDS_FOR_OTHERS) ? "tell" : deed;
}
