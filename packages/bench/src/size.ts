import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import type { Section, Target } from "./section.ts";
import { figure, tableOf } from "./table.ts";

const CORE = fileURLToPath(new URL("..", import.meta.resolve("@sallyport/core")));

const GATE = 'export { createGate, loadPolicy, memoryStore } from "@sallyport/core";';
const DECIDE = 'export { compileProgram, decide } from "@sallyport/core";';

/** Minified bytes that an app may get of ours. */
const AIM = 40 * 1_024;

/** How large core is in an app's bundle. */
export const size: Section = {
  name: "size",
  title: "Size in a bundle",
  async measure(say) {
    say("bundling");
    const [gate, decide] = [await bundle(GATE), await bundle(DECIDE)];
    const libraries = await librarySizes(gate);
    const rows = [...gate.rooms]
      .sort(([, a], [, b]) => b - a)
      .map(([room, bytes]) => [room, kilobytes(bytes), kilobytes(decide.rooms.get(room))]);
    const text = `Minified by esbuild, of an app that imports \`createGate\`, \`loadPolicy\` and \`memoryStore\`, and of one that imports \`compileProgram\` and \`decide\` alone; what its libraries
(${[...libraries].map(([name, bytes]) => `${name} ${kilobytes(bytes)}`).join(", ")}) add stands apart. KB of 1,024 bytes.

${tableOf(["room of core", "gate, KB", "decide alone, KB"], [...rows, ["all", kilobytes(gate.bytes), kilobytes(decide.bytes)], ["all, gzipped", kilobytes(gate.zipped), kilobytes(decide.zipped)]])}`;
    return { text, charts: [], targets: targetsOf(gate) };
  },
};

interface Bundle {
  readonly bytes: number;
  readonly zipped: number;
  readonly rooms: ReadonlyMap<string, number>;
  /** what it imports from outside core */
  readonly imports: readonly string[];
}

function targetsOf({ bytes, imports }: Bundle): readonly Target[] {
  const node = imports.filter((path) => path.startsWith("node:"));
  return [
    { what: "core, our own code minified, libraries apart", aim: "≤ 40 KB", measured: `${kilobytes(bytes)} KB`, met: bytes <= AIM },
    { what: "imports of `node:*` in core", aim: "none", measured: node.length === 0 ? "none" : node.join(", "), met: node.length === 0 },
  ];
}

async function bundle(entry: string): Promise<Bundle> {
  const { metafile, outputFiles } = await bundled(entry, [...libraryNames(), "node:*"]);
  const output = Object.values(metafile.outputs)[0];
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  return {
    bytes: bytes.length,
    zipped: gzipSync(bytes).length,
    rooms: roomSizes(metafile),
    imports: (output?.imports ?? []).map(({ path }) => path),
  };
}

async function bundled(entry: string, external: string[]): Promise<{ metafile: Metafile; outputFiles: { contents: Uint8Array }[] }> {
  return build({
    stdin: { contents: entry, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2023",
    external,
    metafile: true,
    write: false,
    logLevel: "error",
  });
}

/** Bytes of the output by room: the folder below core's `src`, and files beside the folders. */
function roomSizes(metafile: Metafile): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of inputs(metafile)) {
    const [room = "", inside] = path.slice(path.indexOf("core/src/") + "core/src/".length).split("/");
    const name = inside === undefined ? "beside the rooms" : room;
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  return sizes;
}

function inputs(metafile: Metafile): readonly (readonly [string, { readonly bytesInOutput: number }])[] {
  return Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
}

/** What each library adds to the bundle of the gate where it is bundled too. */
async function librarySizes({ imports }: Bundle): Promise<ReadonlyMap<string, number>> {
  const used = libraryNames().filter((name) => imports.some((path) => path === name || path.startsWith(`${name}/`)));
  const { metafile } = await bundled(GATE, ["node:*"]);
  return new Map(used.map((name) => [name, sumOf(inputs(metafile).filter(([path]) => path.includes(`node_modules/${name}/`)))]));
}

function sumOf(found: readonly (readonly [string, { readonly bytesInOutput: number }])[]): number {
  return found.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
}

function libraryNames(): string[] {
  const manifest: { readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(readFileSync(`${CORE}package.json`, "utf8"));
  return Object.keys(manifest.dependencies ?? {});
}

function kilobytes(bytes: number | undefined): string {
  return bytes === undefined ? "–" : figure(bytes / 1_024);
}
