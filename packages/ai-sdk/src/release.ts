import { releaseAnswer, type AnswerParts, type Session } from "@sallyport/core";
import type { Content, GenerateResult } from "./judge.ts";

/** What the parts of an answer are. */
const PARTS: AnswerParts<Content> = {
  read: (part) => {
    if (part.type === "text" || part.type === "reasoning") return { kind: part.type, text: part.text };
    return { kind: part.type === "source" ? "beside" : "other" };
  },
  // citations and metadata tell of the old words, and a signature is theirs
  rewrite: ({ type }, text) => (type === "reasoning" ? { type, text } : { type: "text", text }),
};

/** The answer with its texts as they may be shown. Where one was changed, nothing is left that repeats the old one. */
export async function releaseResult(result: GenerateResult, session: Session): Promise<GenerateResult> {
  const content = [...(await releaseAnswer(session, result.content, PARTS))];
  const isSame = content.length === result.content.length && content.every((part, at) => part === result.content[at]);
  if (isSame) return result;
  const { providerMetadata: _, response, ...rest } = result;
  if (response === undefined) return { ...rest, content };
  const { body: _body, ...told } = response;
  return { ...rest, content, response: told };
}
