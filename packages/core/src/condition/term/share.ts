import { missingMember, PLACE_FACTS, type Place, type PlaceFact } from "../code/access.ts";
import type { Code } from "../code/run.ts";
import { nameAt } from "../syntax/lexeme.ts";
import type { Node } from "../syntax/parse.ts";
import type { Term } from "./term.ts";

/** What the conditions of one policy share, by what it says: they repeat each other. */
export interface Shared {
  readonly codes: Map<string, Code>;
  readonly places: Map<string, Place>;
}

/** The same term, with the code that an equal part has already. Only for parts outside of macros, whose variables have slots. */
export function shareCode(shared: Shared | undefined, source: string, node: Node, term: Term): Term {
  if (shared === undefined || term.fixed !== undefined) return term;
  const key = keyOf(source, node);
  const code = shared.codes.get(key) ?? term.code;
  shared.codes.set(key, code);
  return code === term.code ? term : { ...term, code };
}

/** The place of a fact's member, one for all conditions. */
export function sharePlace(shared: Shared | undefined, fact: PlaceFact, name: string, text: string): Place {
  const key = JSON.stringify([fact, name, text]);
  const place = shared?.places.get(key) ?? { fact: PLACE_FACTS[fact], name, missing: missingMember(text) };
  shared?.places.set(key, place);
  return place;
}

/** What a part says: equal for two parts only where they mean the same. */
function keyOf(source: string, node: Node): string {
  const written = source.slice(node.start, node.end);
  switch (node.op) {
    case "id":
      return `id ${written}`;
    case "value":
      return typeof node.args === "string" ? JSON.stringify(node.args) : written;
    case ".":
    case ".?":
      // by the source: where a name stands in backticks the parser saw something else
      return `(${keyOf(source, node.args[0])}).${nameAt(source, node.pos, node.end)}`;
    case "call":
      return `${node.args[0]}(${keysOf(source, node.args[1])})`;
    case "rcall":
      return `(${keyOf(source, node.args[1])}).${node.args[0]}(${keysOf(source, node.args[2])})`;
    case "map":
      return `{${node.args.map((entry) => keysOf(source, entry)).join(";")}}`;
    case "!_":
    case "-_":
      return `${node.op}(${keyOf(source, node.args)})`;
    default:
      return `${node.op}(${keysOf(source, node.args)})`;
  }
}

function keysOf(source: string, nodes: readonly Node[]): string {
  return nodes.map((node) => keyOf(source, node)).join(",");
}
