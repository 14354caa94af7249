import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import PostalMime from "postal-mime";

/** A mail as the agent reads it. */
export interface Mail {
  /** the number that its file name starts with */
  readonly id: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
}

/** Reads every `.eml` file of a folder, in the order of their names. */
export async function readMailbox(folder: string): Promise<readonly Mail[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".eml")).sort();
  return Promise.all(files.map((name) => readMail(join(folder, name), name.slice(0, name.indexOf("-")))));
}

async function readMail(file: string, id: string): Promise<Mail> {
  const { from, subject, text, html } = await PostalMime.parse(await readFile(file));
  return { id, from: from?.address ?? "", subject: subject ?? "", text: (text ?? textOf(html ?? "")).trim() };
}

/** What stands between the tags, also what a person would not see: as most mail tools for agents do it. */
function textOf(html: string): string {
  return html
    .replaceAll(/<\/(?:p|div)>|<br>/g, "\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/\n\s+/g, "\n");
}
