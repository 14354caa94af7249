import { findWord, hasWord, listed } from "./words.ts";

/** Words of which others are the authors, whatever stands beside them. */
const LOUD =
  listed(`email mail inbox mailbox message sms chat thread conversation comment review feedback post tweet article news blog forum page
  webpage website web html file document doc pdf attachment content note notes wiki issue ticket repository readme event calendar
  meeting transaction description tweet transcript history log notification listing answer memory`);

/** What else may hold other people's words. */
const OUTSIDE =
  listed(`email mail inbox mailbox message sms mms chat thread conversation dm comment review rating feedback post tweet retweet
  story feed timeline article news headline blog forum topic subreddit page webpage website site web html url link browser element dom
  screenshot snapshot console search result file document doc pdf attachment content text note notebook notes wiki issue pr pull ticket
  commit repo repository readme code diff gist branch event calendar invitation meeting appointment agenda transaction payment request
  notification product listing item job posting bio tweet video audio voicemail transcript caption image photo ocr card board task todo
  project sheet spreadsheet row table cell dataset query sql database record log logs memory memories node entity graph observation
  resource prompt template question answer response form survey report recipe book paper abstract lyrics podcast episode channel drive
  folder bucket object blob stream packet tweet paste snippet clipboard command output terminal process issue merge discussion
  announcement statement advert ad promotion offer description people person friend lead opportunity case incident
  alert threat domain whois dns app extension plugin package dependency tool agent skill collection space media song playlist
  subtitle quote testimonial bulletin circular letter fax`);

/** What the user's own side keeps: figures, states and registers in which nobody else leaves words. */
const OWN = listed(`balance account iban settings setting preference preferences configuration config address contact customer client
  employee staff payroll salary order cart basket wishlist reservation booking itinerary flight airport airline train hotel room restaurant
  cuisine car rental vehicle seat price pricing cost fee quote rate weather forecast temperature time date timezone clock location
  coordinate distance route map status state health device light lock thermostat sensor statistic statistics stats count metric metrics
  quota usage limit inventory stock availability menu hour hours dietary category type currency exchange portfolio position ticker
  subscription plan bill loyalty point reward coupon identity permission role policy label method version unit number password
  credential strength prescription medication vitals step workout user_info whoami me myself self information info line phone sim
  roaming data network warranty shipment tracking tax battery signal fuel calculator calculation expression math random uuid
  insight trend recommendation genetic doctor patient road intersection traffic congestion pattern guest payee access day today month year now`);

/** Registers of people: their own words where the tools beside are about people who write to each other. */
const PERSONS = listed("user member profile");
const SOCIAL = listed(
  "post tweet follow follower friend feed repository repo channel community forum people person story timeline subreddit",
);

/** Words of a description that say that others speak. */
const VOICES = listed(`email mail message comment review feedback post tweet note chat conversation webpage article issue ticket description
  transcript attachment memo transaction remark caption bio`);
const OTHERS = listed("another other others public publicly third community anyone everyone");

/** Verbs that return what they were given. */
const PURE = listed("calculate compute think convert echo sum round format uuid random");

/** Who wrote what a tool returns, and why that is thought. */
export interface Authorship {
  readonly trust: "trusted" | "untrusted";
  readonly because: string;
}

/** What is known of a reading tool. */
export interface ReadingTool {
  readonly verb: string;
  /** the words of its name that are no verb */
  readonly words: readonly string[];
  readonly description: readonly string[];
  /** whether the tools beside it are about people who write to each other */
  readonly social: boolean;
}

/** Who wrote what a reading tool returns. The name decides, a description only adds suspicion, and what nobody knows is untrusted. */
export function readAuthorship({ verb, words: all, description, social }: ReadingTool): Authorship {
  if (isPure(verb)) return { trust: "trusted", because: `"${verb}" returns what it was given` };
  // what stands behind "by" is what is asked for, not what comes back
  const words = beforeBy(all);
  const loud = findWord(words, LOUD);
  if (loud !== undefined) return others(`others may have written the "${loud}"`);
  const voice = findWord(beforeBy(description), VOICES);
  if (voice !== undefined) return others(`its description speaks of "${voice}", which others may have written`);
  if (hasWord(description, OTHERS)) return others("its description speaks of others");
  const person = findWord(words, PERSONS);
  if (social && person !== undefined) return others(`a "${person}" may have written about themselves`);
  const own = findWord(words, OWN) ?? person;
  if (own !== undefined)
    return { trust: "trusted", because: `"${own}" is the user's own record; untrusted where others can write into it` };
  const outside = findWord(words, OUTSIDE);
  return others(outside === undefined ? "nothing says who writes what it returns" : `others may have written the "${outside}"`);
}

/** Whether a verb returns what it was given, and keeps or looks up nothing. */
export function isPure(verb: string): boolean {
  return PURE.has(verb);
}

/** Whether a word is known as the name of something that is kept or read. */
export function isThing(word: string): boolean {
  return [LOUD, OUTSIDE, OWN, PERSONS].some((list) => hasWord([word], list));
}

/** Whether tools that come together are about people who write to each other. */
export function isSocial(words: readonly string[]): boolean {
  return hasWord(words, SOCIAL);
}

function others(because: string): Authorship {
  return { trust: "untrusted", because };
}

function beforeBy(words: readonly string[]): readonly string[] {
  const at = words.indexOf("by");
  return at < 0 ? words : words.slice(0, at);
}
