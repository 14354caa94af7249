#!/usr/bin/env node
import { processIo, quietWarnings } from "./io.ts";
import { run } from "./run.ts";

quietWarnings();
process.exitCode = await run(process.argv.slice(2), processIo());
