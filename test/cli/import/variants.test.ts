import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPolicy, plain, readDocument, translateRune } from "@sallyport/core";
import { describe, expect, it } from "vitest";
import { asPerson } from "../run.ts";

const ROOT = join(import.meta.dirname, "../../..");
const VARIANTS = join(import.meta.dirname, "variants");

/** Rune files, each with cases that say what it decides. */
const FILES = [
  join(ROOT, "policies/rune-policy.yaml"),
  ...readdirSync(VARIANTS)
    .filter((file) => file.endsWith(".yaml") && !file.endsWith(".test.yaml"))
    .map((file) => join(VARIANTS, file)),
];

describe.each(FILES)("%s", (file) => {
  const source = readFileSync(file, "utf8");
  const cases = file.replace(/\.yaml$/, ".test.yaml");

  it("decides as its cases say", async () => {
    expect(await asPerson(["test", cases])).toMatchObject({ code: 0 });
  });

  it("decides the same once it is imported", async () => {
    const { code, out, err } = await asPerson(["import", file]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const folder = mkdtempSync(join(tmpdir(), "sallyport-import-"));
    const name = file.split("/").at(-1) ?? "";
    writeFileSync(join(folder, name), out);
    cpSync(cases, join(folder, name.replace(/\.yaml$/, ".test.yaml")));
    expect(await asPerson(["test", folder])).toMatchObject({ code: 0 });
    expect(await asPerson(["check", join(folder, name)])).toMatchObject({ code: 0 });
  });

  it("is printed as the document that it is decided by, the same every time", async () => {
    const [{ out }, again] = [await asPerson(["import", file]), await asPerson(["import", file])];
    expect(again.out).toBe(out);
    const written = readDocument(out, (at, message) => expect.unreachable(`${at.line}: ${message}`));
    expect(written === undefined ? undefined : plain(written)).toEqual(translateRune(source).document);
    const bare = ({ rules, limits }: ReturnType<typeof loadPolicy>): unknown => [...rules, ...limits].map(({ id, digest }) => [id, digest]);
    expect(bare(loadPolicy(out))).toEqual(bare(loadPolicy(source)));
  });
});

it("there are enough of them", () => expect(FILES.length).toBeGreaterThan(10));
