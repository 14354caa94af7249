import { expect, it } from "vitest";
import { parseDuration } from "../../../packages/core/src/policy/build/duration.ts";

it.each([
  ["90s", 90_000],
  ["15m", 900_000],
  ["24h", 86_400_000],
  ["7d", 604_800_000],
  ["1h30m", 5_400_000],
  ["1d2h3m4s", 93_784_000],
])("%s", (text, millis) => expect(parseDuration(text)).toBe(millis));

it.each(["", "0s", "0h0m", "1", "m", "1.5h", "-1h", "1 h", "30m1h", "1H", "1w", "1hh", "99999999999d", " 1h"])("`%s` is none", (text) =>
  expect(parseDuration(text)).toBeUndefined(),
);
