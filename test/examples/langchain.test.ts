import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const run = (example: string): string =>
  execFileSync(process.execPath, ["--no-warnings", join(import.meta.dirname, "../../examples", example, "main.ts")], { encoding: "utf8" });

it("the LangChain example runs", () => {
  expect(run("langchain")).toContain("sent once");
});

it("the LangGraph example pauses in one process and is resumed in others", () => {
  expect(run("langgraph")).toBe("Sent.\nSent.\n");
});
