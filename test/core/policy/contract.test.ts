import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPolicy } from "../../../packages/core/src/policy/load.ts";

interface ContractCase {
  readonly name: string;
  readonly issue: string;
  readonly policy: string;
  readonly loadError?: string | readonly string[];
}

const data = process.env["SALLYPORT_DATA"];
const folder = join(data ?? "", "contract", "cases");
const cases: readonly (ContractCase & { readonly file: string })[] =
  data === undefined
    ? []
    : readdirSync(folder)
        .flatMap((file) => JSON.parse(readFileSync(join(folder, file), "utf8")).map((one: ContractCase) => ({ file, ...one })))
        .filter((one) => one.issue === "A");

describe.skipIf(data === undefined)("the policies of the contract (set SALLYPORT_DATA to the data folder to run them)", () => {
  it.for(cases.filter(({ loadError }) => loadError !== undefined))("$file: $name does not load", ({ policy, loadError }) => {
    for (const pattern of [loadError ?? []].flat()) expect(() => loadPolicy(policy)).toThrow(new RegExp(pattern, "i"));
  });

  it.for(cases.filter(({ loadError }) => loadError === undefined))("$file: $name loads", ({ policy }) => {
    loadPolicy(policy);
  });

  it("are there", () => expect(cases.length).toBeGreaterThan(200));
});
