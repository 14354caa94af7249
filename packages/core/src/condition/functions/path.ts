import { ConditionError } from "../fault.ts";

/** A path that was read: its names from the root, or from where it is relative to. */
interface Path {
  readonly absolute: boolean;
  readonly names: readonly string[];
}

/** Whether a path is the root or below it, after `.`, `..` and `//` are undone; throws where one of them cannot be read. */
export function isInside(path: string, root: string): boolean {
  const [inner, outer] = [readPath(path), readPath(root)];
  if (inner.absolute !== outer.absolute) throw new ConditionError("`inside` cannot compare an absolute path with a relative one");
  return outer.names.every((name, position) => inner.names[position] === name);
}

function readPath(text: string): Path {
  if (text === "") throw new ConditionError("`inside` cannot read an empty path");
  // a backslash parts names on some systems and not on others
  if (text.includes("\\") || text.includes("\0")) throw new ConditionError("`inside` cannot read a path with a backslash or a NUL");
  const names: string[] = [];
  for (const name of text.split("/")) {
    if (name === "..") leave(names);
    else if (name !== "" && name !== ".") names.push(name);
  }
  return { absolute: text.startsWith("/"), names };
}

function leave(names: string[]): void {
  if (names.pop() === undefined) throw new ConditionError("`inside` cannot read a path with a `..` above its root");
}
