/** What a chat's history says of a call id: the model proposed a call under it, or that call got its answer. */
export interface IdUse {
  readonly id: string;
  readonly kind: "proposed" | "answered";
}

/**
 * The id of a call in its session: the framework's id, and from its second use on the number of times that it was used and
 * answered before. So providers that start again at `call_0` in each turn get new ids, while a call that is resumed or
 * replayed (it has no answer there) keeps the one it was proposed under.
 */
export function callId(id: string, history: Iterable<IdUse>): string {
  const answered = answeredUses(id, history);
  return answered === 0 ? id : `${id}#${answered}`;
}

/** How often the id was proposed and then answered; two calls of one message that share an id are one use. */
function answeredUses(id: string, history: Iterable<IdUse>): number {
  let answered = 0;
  let open = false;
  for (const use of history) {
    if (use.id !== id) continue;
    if (use.kind === "proposed") open = true;
    else if (open) {
      open = false;
      answered += 1;
    }
  }
  return answered;
}
