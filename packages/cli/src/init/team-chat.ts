import type { ToolDefinition } from "./tool-definition.ts";
import type { Deed } from "./verb.ts";
import { basesOf, hasWord, listed, wordsOf } from "./words.ts";

/** Where colleagues talk, and nobody else may write. */
const TEAM = listed(`channel slack teams mattermost workspace dm`);
/** Where anybody may, or what is another kind of channel. */
const NOT_TEAM = listed(`youtube twitch telegram discord whatsapp sales marketing tv rss video distribution notification email mail
  podcast broadcast news webhook`);

/** So many tools of a chat stand against one that names mail. */
const MINOR = 4;

/** What only a network that anybody joins has. */
const PUBLIC = listed("follow follower timeline feed repost retweet tweet like mention");

/** Whether a list of tools is a team's chat: channels and direct messages, and hardly any mail beside them. */
export function isTeamSet(tools: readonly ToolDefinition[]): boolean {
  const words = tools.map(wordsAbout);
  const chats = words.filter(isTeamChat).length;
  const mails = words.filter((list) => ["email", "emails", "mail", "sms", "tweet"].some((word) => list.includes(word))).length;
  const open = tools.some(({ name }) => hasWord(wordsOf(name), PUBLIC));
  // people are invited by their addresses, also into a chat: one such tool among many makes no mail program of it
  return !open && chats >= 2 && mails * MINOR <= chats;
}

/** Whether a tool of a team's chat stays within it: reads there, speaks there, or moves who is in it already. */
export function staysInTeam(deed: Deed, matter: readonly string[], tool: ToolDefinition): boolean {
  const stays = deed === "look" || deed === "tell" || deed === "make" || (deed === "admit" && matter.includes("channel"));
  const words = wordsAbout(tool);
  const message = !hasWord(words, NOT_TEAM) && ["message", "messages", "inbox"].some((word) => matter.includes(word));
  return stays && (isTeamChat(words) || message);
}

/** Whether it returns names only: of channels, of people. */
export function listsNames(matter: readonly string[], tool: ToolDefinition): boolean {
  const plural = matter.at(-1)?.endsWith("s") === true || matter.includes("in");
  return plural && !hasWord([...matter, ...wordsOf(tool.description)], WORDS);
}

const WORDS = listed("message thread conversation history chat reply topic inbox post file content search");

function isTeamChat(words: readonly string[]): boolean {
  const direct = words.some((word, index) => word === "direct" && basesOf(words[index + 1] ?? "").includes("message"));
  return (hasWord(words, TEAM) || direct) && !hasWord(words, NOT_TEAM);
}

function wordsAbout({ name, description }: ToolDefinition): readonly string[] {
  return [...wordsOf(name), ...wordsOf(description)];
}
