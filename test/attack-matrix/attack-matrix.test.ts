import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { CONTROLS } from "./attacks/controls.ts";
import { ATTACKS } from "./attacks/index.ts";
import { COLUMNS } from "./columns.ts";
import { DOCUMENT, documentOf } from "./document.ts";
import { playAll, type Cell } from "./matrix.ts";

describe("the attack matrix", { timeout: 900_000 }, () => {
  let cells: readonly Cell[];

  beforeAll(async () => {
    cells = await playAll([...CONTROLS, ...ATTACKS], COLUMNS, { atOnce: 2, onCell: () => {} });
  }, 900_000);

  it("has no attack that succeeds where Sallyport guards", () => {
    const lost = cells.filter(({ held, column }) => !held && column.guard === "sallyport");
    expect(lost.map(({ attack, column, counted }) => `${attack.id}, ${column.title}: ${counted}`)).toEqual([]);
  });

  it("has apps that work: where nobody attacks, what was asked for is done in every column", () => {
    const honest = cells.filter(({ attack }) => CONTROLS.includes(attack));
    expect(honest.map(({ held }) => held)).toEqual(CONTROLS.flatMap(() => COLUMNS.map(() => true)));
  });

  it("is what docs/attack-matrix.md says", () => {
    expect(documentOf(COLUMNS, cells)).toBe(readFileSync(DOCUMENT, "utf8"));
  });
});
