import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** The next message of a child process. Rejects where the process ends without one. */
export async function messageOf<T>(child: ChildProcess, name: string): Promise<T> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, "exit", { signal }).then(() => {
    throw new Error(`the process of ${name} ended without an answer`);
  });
  try {
    const [message]: T[] = await Promise.race([once(child, "message", { signal }), ended]);
    if (message === undefined) throw new Error(`the process of ${name} said nothing`);
    return message;
  } finally {
    settled.abort();
    // whatever is still waited for has been told so
    ended.catch(() => undefined);
  }
}
