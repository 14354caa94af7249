import type { Gate, Session } from "../gate/contract.ts";

/**
 * What a part of a model's answer is. Text parts that follow each other are one output, whatever stands `beside` them;
 * reasoning is shown by many a page, so each part of it is an output too; `other` parts end what was said before them.
 */
export type Said = { readonly kind: "text" | "reasoning"; readonly text: string } | { readonly kind: "beside" | "other" };

/** How a framework writes the parts of an answer. */
export interface AnswerParts<Part> {
  readonly read: (part: Part) => Said;
  /** The part with other words: without whatever else repeats, signs or places the old ones. */
  readonly rewrite: (part: Part, text: string) => Part;
}

/**
 * The parts of a whole answer as they may be shown: each output goes through the rules, in order; one that they changed
 * stands in the first of its parts, and its others are left out. Rejects like `respond`, and then nothing may be shown.
 */
export async function releaseAnswer<Part>(
  session: Pick<Session, "respond">,
  parts: readonly Part[],
  { read, rewrite }: AnswerParts<Part>,
): Promise<readonly Part[]> {
  const shown: Part[] = [];
  let run: Part[] = [];
  const textOf = (part: Part): string => {
    const said = read(part);
    return said.kind === "text" || said.kind === "reasoning" ? said.text : "";
  };
  const close = async (): Promise<void> => {
    const [first, ...others] = run;
    run = [];
    if (first === undefined) return;
    const words = [first, ...others].map(textOf).join("");
    const text = words === "" ? "" : await session.respond(words);
    if (text === words) return void shown.push(first, ...others);
    shown.push(rewrite(first, text), ...others.filter((part) => read(part).kind === "beside"));
  };
  for (const part of parts) {
    const { kind } = read(part);
    if (kind === "text" || (kind === "beside" && run.length > 0)) run.push(part);
    else {
      await close();
      run = [part];
      if (kind === "reasoning") await close();
      else shown.push(...run.splice(0));
    }
  }
  await close();
  return shown;
}

/** Whether texts may have to be held back before they are shown, for frameworks that show them before anybody is asked; also where nobody knows. */
export function holdsOutput(gate: Pick<Gate, "policy">): boolean {
  try {
    return gate.policy().rules.some(({ on, mode }) => on === "output" && mode === "enforce");
  } catch {
    return true;
  }
}
