import { type Cases, SHARED_CASES, STORE_CASES } from "./ledger/suite-cases.ts";
import { CLOCK, type SharedHandle, type StoreHandle, type TestApi } from "./ledger/suite-tools.ts";

// for measuring: no promise to apps that these stay
export { compileDetectors } from "./detect/detectors.ts";
export { OriginIndex } from "./origin/origin-index.ts";
export { viewOrigins } from "./origin/origin-view.ts";
export { printer } from "./origin/print.ts";
export { batchOf, sealAll, type SharedHandle, type StoreHandle, type TestApi } from "./ledger/suite-tools.ts";

/** The suite that every store runs: one call makes the tests. `make` opens an empty store whose time is the clock's. */
export function storeSuite(name: string, make: (clock: () => number) => Promise<StoreHandle>, api: TestApi): void {
  defineTests(name, STORE_CASES, make, api);
}

/** The suite of a store whose data may be open more than once, also in other processes. */
export function sharedStoreSuite(name: string, make: (clock: () => number) => Promise<SharedHandle>, api: TestApi): void {
  defineTests(name, { ...STORE_CASES, ...SHARED_CASES }, make, api);
}

function defineTests<Handle extends StoreHandle>(
  name: string,
  cases: Cases<Handle>,
  make: (clock: () => number) => Promise<Handle>,
  { describe, it, expect }: TestApi,
): void {
  describe(name, () => {
    for (const [title, test] of Object.entries(cases)) {
      it(title, async () => {
        const handle = await make(() => CLOCK);
        try {
          await test(handle, expect);
        } finally {
          await handle.close();
        }
      });
    }
  });
}
