import { matrixOf, type Cell } from "@sallyport/conformance";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Prints the matrix of cases and adapters after all tests. */
export class MatrixReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const cells = modules.flatMap(({ children }) => [...children.allTests()].flatMap(cellOf));
    if (cells.length > 0) console.log(`\n${matrixOf(cells)}\n`);
  }
}

function cellOf(test: TestCase): readonly Cell[] {
  const { cell } = test.meta();
  return cell === undefined ? [] : [cell];
}
