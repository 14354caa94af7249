import type { Builtin } from "./builtin.ts";
import { CALENDAR_FUNCTIONS } from "./calendar.ts";
import { CONVERSIONS } from "./conversion.ts";
import { NUMBER_FUNCTIONS } from "./number.ts";
import { ORIGIN_FUNCTIONS } from "./origin.ts";
import { PLACE_FUNCTIONS } from "./place.ts";
import { REVEAL_FUNCTIONS } from "./reveal.ts";
import { TEXT_FUNCTIONS } from "./text.ts";

/** Every function that conditions may call, by its name. */
export const FUNCTIONS: ReadonlyMap<string, Builtin> = new Map(
  [TEXT_FUNCTIONS, CONVERSIONS, CALENDAR_FUNCTIONS, NUMBER_FUNCTIONS, PLACE_FUNCTIONS, ORIGIN_FUNCTIONS, REVEAL_FUNCTIONS]
    .flat()
    .map((builtin) => [builtin.name, builtin]),
);

/** Functions of CEL that make no sense over JSON, with what to say of them. */
export const ABSENT_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["bytes", "does not exist: JSON has no bytes"],
  ["not", "does not exist: CEL writes `!`"],
  ["type", "does not exist: types are no values of JSON"],
]);
