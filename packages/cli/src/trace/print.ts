import type { Played } from "./player.ts";

/** The line that `replay` prints, without its break; undefined where there is nothing to say. */
export function printPlayed(played: Played): string | undefined {
  const { session } = played;
  switch (played.kind) {
    case "call": {
      const { id: call, tool } = played.call;
      const { decision, rules, reason, args, labels, shadow, errors } = played.decision;
      return JSON.stringify({ session, call, tool, decision, rules, reason, args, labels, shadow, errors });
    }
    case "verdict": {
      const { status, rules } = played.resolution;
      return JSON.stringify({ session, verdict: { call: played.call, status, rules } });
    }
    case "result": {
      const { decision, rules, content } = played.inspection;
      return decision === "allow" ? undefined : JSON.stringify({ session, result: { id: played.id, decision, rules, content } });
    }
    case "message": {
      const { decision, rules, reason } = played.inspection;
      return decision === "allow" ? undefined : JSON.stringify({ session, message: { decision, rules, reason, text: played.text } });
    }
    case "output": {
      const { decision, rules, text } = played.inspection;
      return JSON.stringify({ session, output: { decision, rules, text } });
    }
  }
}
