import { conformanceSuite, readCasesIn, type Cell, type Driver } from "@sallyport/conformance";
import { describe, it, type TestContext } from "vitest";
import { inFile } from "./store.ts";

declare module "vitest" {
  interface TaskMeta {
    /** the cell of the matrix that a test is */
    cell?: Cell;
  }
}

/** Makes one test of each case for an adapter; what came of it is kept with the test, for the matrix. */
export function conform(driver: Driver): void {
  const cases = readCasesIn(`${import.meta.dirname}/cases`);
  const api = { describe, it: (name: string, test: (context: TestContext) => Promise<void>) => it(name, test) };
  conformanceSuite<TestContext>(driver, cases, api, {
    store: inFile,
    onCell: (cell, { task }) => {
      task.meta.cell = cell;
    },
  });
}
