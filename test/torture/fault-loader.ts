/** Loaded before a worker that has a fault: puts it into the engine's source on its way from the disk. */
import { registerHooks } from "node:module";
import { faultySource, isFault } from "./faults.ts";

const fault = process.env["TORTURE_FAULT"] ?? "";

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!isFault(fault) || loaded.source === undefined || loaded.source === null) return loaded;
    const text = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
    const source = faultySource(fault, url, text);
    return source === undefined ? loaded : { ...loaded, source };
  },
});
