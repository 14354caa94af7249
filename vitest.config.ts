import { defineConfig } from "vitest/config";
import { MatrixReporter } from "./test/conformance/matrix-reporter.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: "forks",
    maxWorkers: 2,
    reporters: ["default", new MatrixReporter()],
  },
});
