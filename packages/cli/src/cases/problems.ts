import { SallyportError, type Problem } from "@sallyport/core";

/** Ends the work on a file of cases with everything that is wrong in it, each with its place. */
export function refuseCases(file: string, problems: readonly Problem[], cause?: unknown): never {
  const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  throw new SallyportError("invalid-input", `the cases cannot be read\n${lines.join("\n")}`, { cause });
}
