/**
 * `pnpm attack-matrix [ATTACK…]`: plays every attack against every app and writes docs/attack-matrix.md; with names of
 * attacks only those, and writes nothing. Exits with 1 where an attack on an app with Sallyport succeeded.
 */
import { writeFileSync } from "node:fs";
import { CONTROLS } from "./attacks/controls.ts";
import { ATTACKS } from "./attacks/index.ts";
import { COLUMNS } from "./columns.ts";
import { DOCUMENT, documentOf } from "./document.ts";
import { playAll } from "./matrix.ts";

const asked = process.argv.slice(2);
const all = [...CONTROLS, ...ATTACKS];
const attacks = all.filter(({ id }) => asked.length === 0 || asked.includes(id));
const cells = await playAll(attacks, COLUMNS, {
  atOnce: 2,
  onCell: ({ attack, column, held, counted, errors }) =>
    console.log(
      [`${held ? "✓" : "✗"} ${attack.title} · ${column.title}: ${counted}`, ...errors.map((error) => error.slice(0, 160))].join("\n    "),
    ),
});
if (asked.length === 0) writeFileSync(DOCUMENT, documentOf(COLUMNS, cells));
const lost = cells.filter(({ held, column }) => !held && column.guard === "sallyport");
console.log(lost.length === 0 ? "every attack on an app with Sallyport failed" : `${lost.length} attacks on apps with Sallyport succeeded`);
process.exitCode = lost.length === 0 ? 0 : 1;
