import type { Parameter } from "./tool-definition.ts";
import type { Deed } from "./verb.ts";
import { hasWord, listed, wordsOf } from "./words.ts";

/** How clearly a parameter says who or what a call goes to, from the clearest on. */
const CLARITIES = ["addressee", "reach", "web", "person", "thread"] as const;
type Clarity = (typeof CLARITIES)[number];

const ADDRESSEES =
  listed(`recipient receiver addressee payee grantee beneficiary iban attendee participant invitee guest collaborator webhook
  callback bcc cc requestee destinee`);
const REACH = listed("email mail phone fax mobile wallet");
const WEB = listed("url uri link endpoint website site host hostname webpage href");
const PEOPLE = listed(`user username handle person people friend member contact customer client team group audience follower app principal
  channel room chat conversation thread space forum board subreddit page topic server workspace address`);
/** What an answer is hung on: it goes where that is. */
const THREADS = listed("id ids number repo repository");
/** Whose side of the call it is. */
const OTHER_SIDE = listed("from sender source origin author by own my self service");
/** What is said, and how. */
const SAID =
  listed(`reply limit count max min format type label labels description timezone subject body content text title note message template
  attachment`);
/** What a list is cut by, and what hangs on a message. */
const ASIDE = listed("since before after cursor page media attachment image photo video file");
/** What was paid: money goes back to where it came from. */
const PAID = listed("order invoice intent transaction charge payment booking reservation refund purchase");
/** Where a journey begins: beside it \`to\` and \`destination\` are places. */
const DEPARTURES = listed("origin pickup departure from");

/** The parameters that say where a call goes, the clearest kind only; of a name and its own address (`user`, `user_email`) the name. */
export function partiesOf(deed: Deed, parameters: readonly Parameter[]): readonly Parameter[] {
  const found = parameters
    .filter((parameter) => parameter.type !== "boolean" && !isJourney(deed, parameter, parameters))
    .map((parameter) => ({ parameter, clarity: clarityOf(deed, parameter) }));
  const whole = found.filter(
    ({ clarity, parameter }) =>
      clarity !== undefined && !found.some((other) => other.clarity !== undefined && isDetailOf(parameter, other.parameter)),
  );
  const clearest = CLARITIES.find((clarity) => whole.some((party) => party.clarity === clarity));
  const parties = whole.filter(({ clarity }) => clarity === clearest).map(({ parameter }) => parameter);
  return clearest === "thread" ? withOwner(parties.slice(0, 1), parameters) : parties;
}

/** A repository is named by its owner, too. */
function withOwner(parties: readonly Parameter[], parameters: readonly Parameter[]): readonly Parameter[] {
  return parties.some(isRepository) ? [...parameters.filter(({ name }) => name === "owner"), ...parties] : parties;
}

function isRepository({ name }: Parameter): boolean {
  return name === "repo" || name === "repository";
}

/** The parameters of a reading call that carry it to an address of their own. */
export function addressesOf(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters.filter(({ name, type }) => (type === "text" || type === "list") && hasWord(wordsOf(name).slice(-1), WEB));
}

/** The parameters of a change of the user's own records that send it to somebody else. */
export function addresseesOf(deed: Deed, parameters: readonly Parameter[]): readonly Parameter[] {
  const addressees = parameters.filter((parameter) => isAddressee(parameter) && !isJourney(deed, parameter, parameters));
  // what is written into a repository is seen by all who see that
  return addressees.length > 0 ? addressees : withOwner(parameters.filter(isRepository), parameters);
}

/** Whether a parameter is where somebody travels to, or what a thing becomes. */
function isJourney(deed: Deed, { name }: Parameter, all: readonly Parameter[]): boolean {
  const place = ["to", "destination"].includes(wordsOf(name).join(" "));
  return (
    place &&
    deed !== "tell" &&
    all.some((other) => hasWord(wordsOf(other.name).slice(0, 1), DEPARTURES)) &&
    !all.some((other) => hasWord(wordsOf(other.name), listed("account iban")))
  );
}

/** Whether its value can be a destination: a text, or many. */
export function isSayable({ type }: Parameter): boolean {
  return type !== "objects";
}

/** `guests: 2` are not who they are. */
function isCount({ name, type }: Parameter): boolean {
  return type === "number" && wordsOf(name).at(-1)?.endsWith("s") === true;
}

function isAddressee(parameter: Parameter): boolean {
  const words = wordsOf(parameter.name);
  if (isCount(parameter)) return false;
  return (
    isTo(words) || hasWord(words, ADDRESSEES) || (words.includes("address") && hasWord(words, listed("shipping delivery destination")))
  );
}

function clarityOf(deed: Deed, parameter: Parameter): Clarity | undefined {
  const words = wordsOf(parameter.name);
  if (isCount(parameter) || hasWord(words.slice(0, 1), ASIDE)) return undefined;
  if (isTo(words)) return "addressee";
  const id = words.at(-1) === "id" || words.at(-1) === "ids";
  if (hasWord(words, OTHER_SIDE) || (!id && hasWord(words, SAID))) return undefined;
  if (
    isAddressee(parameter) ||
    words.some((word) => word === "destination" || word === "target" || (deed === "tell" && (word === "bucket" || word === "location")))
  )
    return "addressee";
  const bare = id || words.at(-1) === "name" || words.at(-1) === "names" ? words.slice(0, -1) : words;
  if (hasWord(bare, REACH)) return id ? "thread" : "reach";
  if (hasWord(bare.slice(-1), WEB)) return "web";
  if (deed === "pay")
    return hasWord(bare.slice(-1), listed("user username person friend account contact"))
      ? "person"
      : hasWord(bare, PAID) && (id || hasWord(words.slice(-1), listed("number reference ref intent")))
        ? "thread"
        : undefined;
  if (hasWord(bare.slice(-1), PEOPLE)) return "person";
  const key = words.length > 1 && words.at(-1) === "key" && !words.includes("api");
  return key || hasWord(words.slice(-1), THREADS) ? "thread" : undefined;
}

/** `to`, `to_account`, `sendTo`. */
function isTo(words: readonly string[]): boolean {
  return (words[0] === "to" || words.at(-1) === "to") && !hasWord(words, listed("date time day hour reply"));
}

function isDetailOf(parameter: Parameter, other: Parameter): boolean {
  const [words, stem] = [wordsOf(parameter.name), wordsOf(other.name)];
  return words.length > stem.length && stem.every((word, index) => words[index] === word) && other.required;
}
