// The streets from which a place is reached, in bands of minutes.

import type { Style } from "../core/content";
import type { Joined } from "../streets/joined";
import { NEVER, type Search } from "../streets/search";
import { CLOSED, type Streets } from "../streets/streets";
import type { Frame } from "./frame";
import { stroke } from "./pen";
import { inSteps } from "./streets_in_steps";

const WIDTHS = [5, 3.6, 2.4]; // pixels, the nearest first
const HALO = 1.8; // pixels wider, so that the line is seen on every ground

// Each band is a list of pieces of street: x and y of both ends, in steps.
export type Bands = readonly (readonly number[])[];

// `search` must be the last one, and have looked backwards from the place.
export function catchment(streets: Streets, search: Search, place: Joined, limits: readonly number[]): Bands {
  const bands: number[][] = limits.map(() => []);
  const seen = new Set<number>([place.edge]);
  const { inward } = streets;
  for (const node of search.reached) {
    for (let a = inward.start[node]; a < inward.start[node + 1]; a += 1) seen.add(inward.edge[a]);
  }
  seen.forEach((e) => {
    if (streets.surface[e]) return;
    let before = timeAt(streets, search, place, e, streets.vertexStart[e]);
    for (let v = streets.vertexStart[e]; v + 1 < streets.vertexStart[e + 1]; v += 1) {
      const after = timeAt(streets, search, place, e, v + 1);
      if (before < NEVER && after < NEVER) cut(streets, v, [before, after], limits, bands);
      before = after;
    }
  });
  return bands;
}

// Milliseconds from a vertex of an edge to the place.
function timeAt(streets: Streets, search: Search, place: Joined, e: number, v: number): number {
  const { forward, backward, along, back, source, target } = streets;
  const ahead = forward[e] < 0 ? NEVER : search.time[target[e]];
  const behind = backward[e] < 0 ? NEVER : search.time[source[e]];
  let best = NEVER;
  if (ahead !== NEVER) best = ahead + forward[e] - along[v];
  if (behind !== NEVER) best = Math.min(best, behind + back[v]);
  if (place.edge !== e) return best;
  const on = place.fromSource - along[v];
  const from = back[v] - place.toSource;
  if (place.fromSource !== CLOSED && forward[e] >= 0 && on >= 0) best = Math.min(best, place.access + on);
  if (place.toSource !== CLOSED && backward[e] >= 0 && from >= 0) best = Math.min(best, place.access + from);
  return best;
}

function cut(
  streets: Streets,
  v: number,
  [from, to]: readonly [number, number],
  limits: readonly number[],
  bands: readonly number[][],
): void {
  const { x, y } = inSteps(streets);
  const [low, high] = from <= to ? [from, to] : [to, from];
  let begin = low;
  const put = (band: number[], first: number, last: number): void => {
    const share = (ms: number): number => (from === to ? 0 : (ms - from) / (to - from));
    const [a, b] = from === to ? [0, 1] : [share(first), share(last)];
    band.push(x[v] + a * (x[v + 1] - x[v]), y[v] + a * (y[v + 1] - y[v]));
    band.push(x[v] + b * (x[v + 1] - x[v]), y[v] + b * (y[v + 1] - y[v]));
  };
  limits.forEach((limit, k) => {
    const end = Math.min(high, limit);
    if (end > begin || (low === high && begin === low && low <= limit)) {
      put(bands[k], begin, end);
      begin = low === high ? Infinity : end;
    }
  });
}

export function drawCatchment(context: CanvasRenderingContext2D, frame: Frame, style: Style, bands: Bands): void {
  context.lineCap = "round";
  context.lineJoin = "round";
  drawBands(context, style, bands.map((band) => linesOf(band, frame)));
}

// Lines by minutes, the longest first, so that the shorter ones lie above.
export function drawBands(context: CanvasRenderingContext2D, style: Style, paths: readonly Path2D[]): void {
  const far = [...paths.keys()].reverse();
  const look = (k: number): number => Math.min(k, WIDTHS.length - 1);
  far.forEach((k) => {
    stroke(context, paths[k], style.halo, WIDTHS[look(k)] + HALO);
  });
  far.forEach((k) => {
    stroke(context, paths[k], style.reach[look(k)], WIDTHS[look(k)]);
  });
}

function linesOf(band: readonly number[], { west, north, scale, width, height }: Frame): Path2D {
  const path = new Path2D();
  for (let i = 0; i + 3 < band.length; i += 4) {
    const [ax, ay] = [(band[i] - west) * scale, (band[i + 1] - north) * scale];
    const [bx, by] = [(band[i + 2] - west) * scale, (band[i + 3] - north) * scale];
    const isOut = Math.max(ax, bx) < 0 || Math.min(ax, bx) > width || Math.max(ay, by) < 0 || Math.min(ay, by) > height;
    if (isOut) continue;
    path.moveTo(ax, ay);
    path.lineTo(bx, by);
  }
  return path;
}
