// A place that was clicked: the streets reached from it, the way to the nearest of each service, and a pin.

import { drawBands } from "./catchment";
import type { Model } from "../core/model";
import type { Here } from "../streets/answers";
import type { LonLat } from "../streets/path";
import { NEVER, type Search } from "../streets/search";
import type { Streets } from "../streets/streets";
import type { Frame } from "./frame";
import { circle, stroke } from "./pen";
import { type Steps, stepsOf } from "./steps";

const PIN = 8;

// What is drawn, with the streets reached in bands of minutes, each a list of pieces.
export interface HereDrawing {
  readonly here: Here;
  readonly at: Steps;
  readonly bands: readonly (readonly Piece[])[];
  readonly ways: readonly { readonly category: number; readonly line: readonly Steps[] }[];
}

type Piece = readonly [from: Steps, to: Steps];

// `search` must be the last one that started at the place.
export function hereDrawing(
  here: Here,
  at: LonLat,
  streets: Streets,
  search: Search,
  limits: readonly number[],
): HereDrawing {
  return {
    here,
    at: stepsOf(at),
    bands: bandsOf(here, streets, search, limits),
    ways: here.nearest.map(({ category, way }) => ({ category, line: way.map(stepsOf) })),
  };
}

function bandsOf(here: Here, streets: Streets, search: Search, limits: readonly number[]): Piece[][] {
  const bands: Piece[][] = limits.map(() => []);
  for (let e = 0; e < streets.edgeCount; e += 1) {
    if (streets.surface[e]) continue;
    const times = timesAlong(here, streets, search, e);
    if (!times) continue;
    const first = streets.vertexStart[e];
    for (let k = 0; k + 1 < times.length; k += 1) {
      cut(streets, first + k, [times[k], times[k + 1]], limits, bands);
    }
  }
  return bands;
}

// Milliseconds to each vertex of an edge; null where it is not reached at all.
function timesAlong({ joined }: Here, streets: Streets, search: Search, e: number): number[] | null {
  const { vertexStart, along, back, forward, backward } = streets;
  const source = forward[e] < 0 ? NEVER : search.time[streets.source[e]];
  const target = backward[e] < 0 ? NEVER : search.time[streets.target[e]];
  const isHere = joined.edge === e;
  if (source === NEVER && target === NEVER && !isHere) return null;
  const times: number[] = [];
  for (let v = vertexStart[e]; v < vertexStart[e + 1]; v += 1) {
    const ahead = source === NEVER ? NEVER : source + along[v];
    const behind = target === NEVER ? NEVER : target + backward[e] - back[v];
    const own = isHere ? joined.access + Math.abs(along[v] - joined.fromSource) : NEVER;
    times.push(Math.min(ahead, behind, own));
  }
  return times;
}

// Puts the parts of a piece of street into the bands that they belong to.
function cut(
  { lon, lat }: Streets,
  v: number,
  [from, to]: readonly [number, number],
  limits: readonly number[],
  bands: readonly Piece[][],
): void {
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  const point = (ms: number): Steps => {
    const share = from === to ? 0 : (ms - from) / (to - from);
    return stepsOf([lon[v] + share * (lon[v + 1] - lon[v]), lat[v] + share * (lat[v + 1] - lat[v])]);
  };
  if (from === to) {
    const band = limits.findIndex((limit) => low <= limit);
    if (band >= 0) bands[band].push([point(from), stepsOf([lon[v + 1], lat[v + 1]])]);
    return;
  }
  let begin = low;
  limits.forEach((limit, k) => {
    const end = Math.min(high, limit);
    if (end > begin) bands[k].push([point(begin), point(end)]);
    begin = Math.max(begin, end);
  });
}

export function drawHere(
  model: Model,
  context: CanvasRenderingContext2D,
  frame: Frame,
  drawing: HereDrawing | null,
): void {
  if (!drawing) return;
  context.lineCap = "round";
  context.lineJoin = "round";
  drawReached(model, context, frame, drawing);
  drawWays(model, context, frame, drawing);
  const [x, y] = pixel(drawing.at, frame);
  circle(context, x, y, PIN);
  context.fillStyle = model.style.accent;
  context.fill();
  context.strokeStyle = model.style.halo;
  context.lineWidth = 3;
  context.stroke();
}

function drawReached(model: Model, context: CanvasRenderingContext2D, frame: Frame, { bands }: HereDrawing): void {
  const paths = bands.map((band) => {
    const path = new Path2D();
    band.forEach(([from, to]) => {
      path.moveTo(...pixel(from, frame));
      path.lineTo(...pixel(to, frame));
    });
    return path;
  });
  drawBands(context, model.style, paths);
}

// The chosen service above the others.
function drawWays(model: Model, context: CanvasRenderingContext2D, frame: Frame, { ways }: HereDrawing): void {
  const isChosen = ({ category }: { category: number }): boolean => category === model.state.category;
  [...ways.filter((way) => !isChosen(way)), ...ways.filter(isChosen)].forEach((way) => {
    const path = new Path2D();
    way.line.forEach((at, k) => {
      if (k) path.lineTo(...pixel(at, frame));
      else path.moveTo(...pixel(at, frame));
    });
    stroke(context, path, model.style.halo, isChosen(way) ? 7 : 3.5);
    stroke(context, path, model.style.ink, isChosen(way) ? 3.5 : 1.4);
  });
}

function pixel([x, y]: Steps, frame: Frame): [number, number] {
  return [(x - frame.west) * frame.scale, (y - frame.north) * frame.scale];
}
