/** One line of a chart: points with x and y above 0. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a chart says beside its lines. */
export interface Captions {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly nameOfX: (x: number) => string;
}

const SIZE = { width: 720, height: 360, left: 64, right: 150, top: 44, bottom: 48 };
const COLOURS = ["#4c78a8", "#e45756", "#54a24b", "#b279a2", "#f58518", "#72b7b2", "#9d755d", "#eeca3b"];

/** So far apart stand the names of lines that end in one place. */
const NAME_HEIGHT = 14;

/** An SVG line chart with logarithmic axes; readable on light and dark ground. */
export function lineChart(series: readonly Series[], captions: Captions): string {
  const points = series.flatMap((one) => one.points);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const x = scale(Math.min(...xs), Math.max(...xs), SIZE.left, SIZE.width - SIZE.right);
  const [low, high] = [10 ** Math.floor(Math.log10(Math.min(...ys))), 10 ** Math.ceil(Math.log10(Math.max(...ys)))];
  const y = scale(low, high === low ? low * 10 : high, SIZE.height - SIZE.bottom, SIZE.top);
  const ticks = decades(low, high).map((value) => gridLine(y(value), shortNumber(value)));
  const names = [...new Set(xs)].map((value) => text(x(value), SIZE.height - SIZE.bottom + 18, captions.nameOfX(value), "middle"));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12" fill="#888">`,
    text(SIZE.left, 22, captions.title, "start", 15),
    text(SIZE.left, 38, captions.y, "start"),
    text((SIZE.left + SIZE.width - SIZE.right) / 2, SIZE.height - 10, captions.x, "middle"),
    ...ticks,
    ...names,
    ...lines(series, x, y),
    "</svg>\n",
  ].join("\n");
}

function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  const [low, span] = [Math.log10(from), Math.log10(to) - Math.log10(from) || 1];
  return (value) => Math.round((start + ((Math.log10(value) - low) / span) * (end - start)) * 10) / 10;
}

function decades(low: number, high: number): readonly number[] {
  const count = Math.round(Math.log10(high / low)) + 1;
  return Array.from({ length: count }, (_, step) => low * 10 ** step);
}

function lines(series: readonly Series[], x: (value: number) => number, y: (value: number) => number): readonly string[] {
  const ends = apart(series.map(({ points }) => y(points.at(-1)?.[1] ?? 1)));
  return series.map((one, index) => line(one, x, y, COLOURS[index % COLOURS.length] ?? "#888", ends[index] ?? 0));
}

/** Moves names down until each is clear of the one above it. */
function apart(ends: readonly number[]): readonly number[] {
  const placed = new Map<number, number>();
  let last = -NAME_HEIGHT;
  for (const index of [...ends.keys()].sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0))) {
    last = Math.max(ends[index] ?? 0, last + NAME_HEIGHT);
    placed.set(index, last);
  }
  return ends.map((end, index) => placed.get(index) ?? end);
}

function line(
  { name, points }: Series,
  x: (value: number) => number,
  y: (value: number) => number,
  colour: string,
  nameAt: number,
): string {
  const path = points.map(([px, py]) => `${x(px)},${y(py)}`).join(" ");
  const dots = points.map(([px, py]) => `<circle cx="${x(px)}" cy="${y(py)}" r="3" fill="${colour}"/>`).join("");
  const label = `<text x="${x(points.at(-1)?.[0] ?? 1) + 8}" y="${nameAt + 4}" fill="${colour}">${name}</text>`;
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}${label}`;
}

function gridLine(at: number, name: string): string {
  const end = SIZE.width - SIZE.right;
  return `<line x1="${SIZE.left}" x2="${end}" y1="${at}" y2="${at}" stroke="#8884"/>${text(SIZE.left - 8, at + 4, name, "end")}`;
}

function text(x: number, y: number, content: string, anchor: "start" | "middle" | "end", size = 12): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}">${content}</text>`;
}

function shortNumber(value: number): string {
  return value >= 1 ? String(Math.round(value)) : String(Number(value.toPrecision(1)));
}
