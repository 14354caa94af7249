import type { Parameter } from "./tool-definition.ts";

/** What a call that stays with the user's own records goes to; the baseline knows it. */
export const OWN_RECORDS = "own records";

/** The CEL expression of where a call goes, from the parameters that say so. `otherwise` stands where none of them is given. */
export function destinationOf(parameters: readonly Parameter[], otherwise?: string): string {
  const [only] = parameters;
  const spare = otherwise === undefined ? "[]" : `[${JSON.stringify(otherwise)}]`;
  if (only !== undefined && parameters.length === 1)
    return isSure(only) ? bareValue(only) : `${isThere(only)} ? ${listValue(only)} : ${spare}`;
  const [plain, others] = [parameters.filter(isPlain), parameters.filter((parameter) => !isPlain(parameter))];
  const known = plain.length === 0 ? [] : [`[${plain.map(bareValue).join(", ")}]`];
  const lists = [
    ...known,
    ...others.map((parameter) => (isSure(parameter) ? listValue(parameter) : `(${isThere(parameter)} ? ${listValue(parameter)} : [])`)),
  ];
  const all = lists.join(" + ");
  if (otherwise === undefined || parameters.some(isSure)) return all;
  return `${parameters.map(isThere).join(" || ")} ? ${all} : ${spare}`;
}

/** How an argument is written: `args.to`, or `args["reply-to"]`. */
export function argument(name: string): string {
  return isName(name) ? `args.${name}` : `args[${JSON.stringify(name)}]`;
}

function isSure({ required, nullable, type }: Parameter): boolean {
  return required && !nullable && type !== "boolean";
}

/** Whether it is always there, and one value. */
function isPlain(parameter: Parameter): boolean {
  return isSure(parameter) && (parameter.type === "text" || parameter.type === "number");
}

function bareValue(parameter: Parameter): string {
  const value = argument(parameter.name);
  if (parameter.type === "numbers") return `${value}.map(n, string(n))`;
  return parameter.type === "number" ? `string(${value})` : value;
}

function listValue(parameter: Parameter): string {
  return parameter.type === "text" || parameter.type === "number" ? `[${bareValue(parameter)}]` : bareValue(parameter);
}

/** Whether it is given: models write null, or an empty text, where they mean nothing. */
function isThere({ name, type }: Parameter): string {
  const there = isName(name) ? `has(args.${name})` : `${JSON.stringify(name)} in args`;
  return `${there} && ${argument(name)} != null${type === "text" ? ` && ${argument(name)} != ""` : ""}`;
}

/** Words that CEL keeps for itself. */
const KEPT: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(" "),
);

function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEPT.has(name);
}
