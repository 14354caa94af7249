import { basesOf, listed } from "./words.ts";

/**
 * What a verb does. `look` reads; `fetch` reads from an address; `make`, `change`, `remove` touch the user's own records;
 * `tell` carries words to somebody, `admit` gives somebody access, `pay` moves money or goods, `act` does something in the
 * world, `run` executes whatever it is given.
 */
export type Deed = "look" | "fetch" | "make" | "change" | "remove" | "tell" | "admit" | "pay" | "act" | "run";

/** A verb that stands in a name or a text. */
export interface Verb {
  readonly word: string;
  readonly deed: Deed;
  /** whether it is as often a noun: `order`, `post`, `check` */
  readonly nounToo: boolean;
}

const WORDS: Readonly<Record<Deed, string>> = {
  look: `get read list find retrieve view show lookup look describe count estimate predict analyze analyse verify validate compare
    calculate compute summarize summarise translate detect browse explain inspect scan preview search query check track monitor
    access display test ping think echo head stat peek watch tail diff status extract parse classify suggest recommend rank sort
    filter locate trace ask download export generate simulate whoami load identify determine measure sample resolve recall
    examine observe discover enumerate collect gather render transcribe convert glob grep see fetch`,
  fetch: "navigate visit crawl scrape goto",
  make: "create add make save store write append insert overwrite categorise categorize draft copy duplicate clone upload import record log remember schedule compose prepare take fork compress gzip zip unzip",
  change: `update set edit modify change move rename put patch replace reset mark unmark star unstar flag label tag assign unassign
    organize organise manage handle upsert enable disable block unblock mute unmute complete close reopen sync toggle increment
    decrement attach pin unpin reschedule archive unarchive restore adjust configure customize migrate redirect
    resize swap exchange return touch chmod checkin checkout stage commit undo redo fix correct apply amend extend pause resume
    suspend activate deactivate select link unlink mv cp mkdir mutate rotate freeze unfreeze refuel transition renumber`,
  remove:
    "delete remove clear drop truncate erase wipe purge destroy discard rm rmdir unregister revoke kick ban expire empty trash uninstall kill terminate cancel",
  tell: `unload push send email mail message post publish tweet retweet reply forward notify broadcast announce call dial phone text sms fax
    respond answer comment submit contact alert escalate react like unlike review rate vote report dm whisper propose disclose leak emit`,
  admit:
    "share invite grant authorize authorise permit unlock expose subscribe follow unfollow join whitelist allowlist allow approve enroll promote",
  pay: "pay payout transfer wire withdraw deposit purchase buy refund charge donate bid trade sell tip reimburse remit redeem bill invoice order ship",
  act: `dispute refill fill type input enter autofill book reserve control open turn switch play print request register sign signup login logout click press tap drag
    start stop restart reboot shutdown launch trigger dispatch deploy release merge install connect disconnect lock
    give place issue power adjust arm disarm feed operate drive rebook upgrade downgrade consult hire fire enable
    confirm decline accept reject activate renew`,
  run: "execute run exec eval evaluate invoke spawn shell bash terminal script compile",
};

/** Verbs that are nouns as often: they count where nothing better stands in the name. */
const NOUNS = listed(`post message email mail order book ship dispatch call text sms comment review like file register record log list
  search query check control access request bill invoice charge transfer display report watch track test link mark label tag star pin
  flag block schedule rate vote change update lock play print trade deposit contact alert share set view copy archive export import
  upload answer power feed head status diff trace filter sort return lookup preview count touch bid tip fax phone draft stage
  commit release push fix place issue start stop sign type input exchange shell bash terminal script monitor rank
  estimate sample reply forward tweet follow switch drive turn open fire undo complete empty clear promote measure load`);

/** Nouns that stand before their verb in names such as `order_get`. */
const OBJECTS =
  listed(`order post message email mail file comment review bill invoice record note log call sms report alert contact transfer
  deposit draft label tag booking request book trade link issue place product user page`);

/** The harder deed of two stands for a name that says both. */
const BY_WEIGHT: readonly Deed[] = ["look", "fetch", "make", "change", "remove", "act", "tell", "admit", "pay", "run"];

const VERBS: ReadonlyMap<string, Verb> = new Map(
  BY_WEIGHT.flatMap((deed) => [...listed(WORDS[deed])].map((word): [string, Verb] => [word, { word, deed, nounToo: NOUNS.has(word) }])),
);

/** The verb that a word is, in any of its forms. */
export function verbOf(word: string): Verb | undefined {
  for (const base of basesOf(word)) {
    const verb = VERBS.get(base);
    if (verb !== undefined) return verb;
  }
  return undefined;
}

/** The verb that a word is as it stands, in its base form: not a plural, not a gerund. */
export function bareVerbOf(word: string): Verb | undefined {
  return VERBS.get(word);
}

/** Whether it is the noun of a name, where a verb follows. */
export function isObject({ word }: Verb): boolean {
  return OBJECTS.has(word);
}

/** The hardest of some verbs; of equals the first. */
export function hardest(verbs: readonly Verb[]): Verb | undefined {
  return verbs.reduce<Verb | undefined>((hard, verb) => (hard === undefined || weightOf(verb) > weightOf(hard) ? verb : hard), undefined);
}

/** Whether it changes something. */
export function isChange({ deed }: Verb): boolean {
  return deed !== "look" && deed !== "fetch";
}

function weightOf({ deed }: Verb): number {
  return BY_WEIGHT.indexOf(deed);
}
