/** CEL that is true where a tool has one of these names or matches one of these globs. */
export function isOneOf(tools: readonly string[]): string {
  const globs = tools.filter(isGlob).map((glob) => `glob(tool.name, ${quoted(glob)})`);
  const names = tools.filter((tool) => !isGlob(tool)).map(quoted);
  return [...(names.length === 0 ? [] : [`tool.name in [${names.join(", ")}]`]), ...globs].join(" || ");
}

/** CEL that is true where a call has one of these arguments. */
export function hasOneOf(parameters: readonly string[]): string {
  return parameters.map((name) => `${quoted(name)} in args`).join(" || ");
}

function isGlob(tool: string): boolean {
  return tool.includes("*");
}

/** A text as CEL writes it, which takes what JSON takes. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
