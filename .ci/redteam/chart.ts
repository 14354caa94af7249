import { wilson } from "./wilson.ts";

/** A bar: parts of a whole, each with its share. */
export interface Bar {
  readonly label: string;
  readonly bad: number;
  readonly waiting: number;
  readonly good: number;
}

/** Bars under a heading; what its colours mean. */
export interface Panel {
  readonly heading: string;
  readonly legend: readonly [bad: string, waiting: string, good: string];
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const LABEL = 250;
const ROW = 22;
const HEAD = 46;

const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #24292f }
    .heading { font-weight: 600; font-size: 14px }
    .bad { fill: #cf222e } .waiting { fill: #d4a72c } .good { fill: #2da44e }
    .interval { stroke: #24292f; stroke-width: 1.5 }
    @media (prefers-color-scheme: dark) {
      text { fill: #c9d1d9 }
      .bad { fill: #f85149 } .waiting { fill: #d29922 } .good { fill: #3fb950 }
      .interval { stroke: #0d1117 }
    }
  `;

/** Stacked bars as an SVG that reads on a light and on a dark page. */
export function chart(panels: readonly Panel[]): string {
  const heights = panels.map(({ bars }) => HEAD + bars.length * ROW + 14);
  const parts = panels.map((panel, index) => drawPanel(panel, sum(heights.slice(0, index))));
  const height = sum(heights);
  const title = escape(panels.map(({ heading }) => heading).join("; "));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img"><title>${title}</title>
  <style>${STYLE}</style>
${parts.join("")}</svg>
`;
}

function drawPanel({ heading, legend, bars }: Panel, top: number): string {
  const [bad, waiting, good] = legend;
  const keys = [
    ["bad", bad],
    ["waiting", waiting],
    ["good", good],
  ].map(
    ([name = "", text = ""], index) =>
      `  <rect class="${name}" x="${LABEL + index * 150}" y="${top + 26}" width="10" height="10"/>${write(text, LABEL + index * 150 + 15, top + 35)}\n`,
  );
  return `${write(heading, 0, top + 16, "heading")}\n${keys.join("")}${bars.map((bar, index) => drawBar(bar, top + HEAD + index * ROW)).join("")}`;
}

function drawBar({ label, bad, waiting, good }: Bar, top: number): string {
  const whole = bad + waiting + good;
  const room = WIDTH - LABEL - 70;
  const shares = [bad, waiting, good].map((part) => (whole === 0 ? 0 : (part / whole) * room));
  const rects = ["bad", "waiting", "good"].map((name, index) => {
    const width = shares[index] ?? 0;
    return width === 0
      ? ""
      : `<rect class="${name}" x="${round(LABEL + sum(shares.slice(0, index)))}" y="${top}" width="${round(width)}" height="${ROW - 7}"/>`;
  });
  const { low, high } = wilson(bad, whole);
  const [from, to] = [LABEL + low * room, LABEL + high * room].map(round);
  const interval = whole === 0 ? "" : `<line class="interval" x1="${from}" x2="${to}" y1="${top + 7.5}" y2="${top + 7.5}"/>`;
  return `  ${write(label, 0, top + 12)}${rects.join("")}${interval}${write(`${bad} / ${whole}`, WIDTH - 64, top + 12)}\n`;
}

function write(text: string, x: number, y: number, style?: string): string {
  return `<text${style === undefined ? "" : ` class="${style}"`} x="${x}" y="${y}">${escape(text)}</text>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
