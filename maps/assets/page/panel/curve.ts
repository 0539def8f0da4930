// What each further site brings, as a small chart.

import type { CurveRow, Siting, Style } from "../core/content";
import { drawn } from "../core/dom";
import { shortNumber, ticks } from "../core/ticks";
import { count } from "../core/words";

const WIDTH = 284;
const HEIGHT = 132;
const EDGE = { left: 40, right: 14, top: 16, bottom: 30 };
const MOST_NUMBERS = 10; // along the axis, so that they stay apart
const GRID_COLOUR = "#e3dfd7";

const SOLID = { "stroke-width": 2 };
const DASHED = { "stroke-width": 1.6, "stroke-dasharray": "4 3" };

interface Scales {
  readonly x: (sites: number) => number;
  readonly y: (value: number) => number;
  readonly steps: readonly number[];
}

export function curve(
  siting: Siting,
  style: Style,
  words: { readonly name: string; readonly axis: string },
): SVGElement {
  const rows = siting.curve;
  const scales = scalesOf(rows);
  const best = pointsOf(rows, 1, scales);
  const nested = pointsOf(rows, 2, scales);
  return drawn(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words.name },
    ...axes(rows.map(([sites]) => sites), scales, style),
    line(nested, { stroke: style.quietInk, ...DASHED }),
    line(best, { stroke: style.accent, ...SOLID }),
    ...best.map(([cx, cy]) => drawn("circle", { cx, cy, r: 2.6, fill: style.accent })),
    ...marked(siting, scales, style),
    drawn("text", { x: (WIDTH + EDGE.left - EDGE.right) / 2, y: HEIGHT - 2, "text-anchor": "middle" }, words.axis),
  );
}

function scalesOf(rows: readonly CurveRow[]): Scales {
  const heights = rows.flatMap(([, best, nested]) => [best, nested]).filter((value) => value !== null);
  const most = Math.max(...heights) || 1;
  const steps = ticks(Math.min(...heights), most);
  const last = Math.max(...rows.map(([sites]) => sites), 1);
  const wide = WIDTH - EDGE.left - EDGE.right;
  const high = HEIGHT - EDGE.top - EDGE.bottom;
  return {
    x: (sites) => EDGE.left + (wide * sites) / last,
    y: (value) => HEIGHT - EDGE.bottom - (high * (value - steps[0])) / (most - steps[0] || 1),
    steps,
  };
}

function pointsOf(rows: readonly CurveRow[], column: 1 | 2, { x, y }: Scales): [number, number][] {
  return rows.flatMap((row) => {
    const value = row[column];
    return value === null ? [] : [[x(row[0]), y(value)]];
  });
}

function axes(numbers: readonly number[], { x, y, steps }: Scales, style: Style): SVGElement[] {
  const every = Math.ceil(numbers.length / MOST_NUMBERS);
  const labelled = numbers.filter((_, k) => k % every === 0);
  const level = (value: number, stroke: string): SVGElement =>
    drawn("line", { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value), stroke });
  return [
    ...steps.flatMap((value) => [
      level(value, GRID_COLOUR),
      drawn("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, shortNumber(value)),
    ]),
    ...labelled.map((sites) =>
      drawn("text", { x: x(sites), y: HEIGHT - EDGE.bottom + 15, "text-anchor": "middle" }, String(sites)),
    ),
    level(steps[0], style.quietInk),
  ];
}

function line(points: readonly [number, number][], look: Record<string, string | number>): SVGElement {
  return drawn("polyline", { points: points.map((point) => point.join()).join(" "), fill: "none", ...look });
}

// The plan itself, with its number beside it; nothing where it is not on the curve.
function marked(siting: Siting, { x, y }: Scales, style: Style): SVGElement[] {
  const value = siting.curve.find(([sites, best]) => sites === siting.new && best !== null)?.[1] ?? null;
  if (value === null) return [];
  const [cx, cy] = [x(siting.new), y(value)];
  const isBelow = cy < HEIGHT - EDGE.bottom - 40;
  return [
    drawn("circle", { cx, cy, r: 5, fill: style.accent, stroke: style.halo, "stroke-width": 2 }),
    drawn(
      "text",
      {
        x: cx, y: cy + (isBelow ? 19 : -9), "text-anchor": "middle", class: "here",
        stroke: style.halo, "stroke-width": 3, "paint-order": "stroke",
      },
      value >= 100 ? count(value) : value.toFixed(1),
    ),
  ];
}

// A short piece of a line of the chart, for its legend.
export function lineKey(which: "best" | "nested", style: Style): SVGElement {
  const look = which === "best" ? { stroke: style.accent, ...SOLID } : { stroke: style.quietInk, ...DASHED };
  return drawn(
    "svg",
    { viewBox: "0 0 22 6", width: 22, height: 6, "aria-hidden": "true" },
    drawn("line", { x1: 0, x2: 22, y1: 3, y2: 3, ...look }),
  );
}
