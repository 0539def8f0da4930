// Where one more place would help most: the streets by the people that a place at their junctions would gain.

import type { Style } from "../core/content";
import type { Streets } from "../streets/streets";
import type { Frame } from "./frame";
import { stroke } from "./pen";
import { inSteps } from "./streets_in_steps";

// The more, the darker and the wider, to be read in grey too.
export const GAIN_WIDTHS = [2, 3, 4.2, 5.6, 7.5] as const;
// From which share of the most that any place gains each class begins.
export const GAIN_SHARES = [0.05, 0.25, 0.5, 0.75, 0.9] as const;

export function gainClass(people: number, most: number): number {
  const share = most > 0 ? people / most : 0;
  return GAIN_SHARES.reduce<number>((at, from, k) => (share >= from ? k : at), -1);
}

// `people` by junction.
export function drawGain(
  context: CanvasRenderingContext2D,
  frame: Frame,
  style: Style,
  streets: Streets,
  people: Float64Array,
): void {
  const most = people.reduce((all, each) => Math.max(all, each), 0);
  const paths = GAIN_WIDTHS.map(() => new Path2D());
  const { x, y } = inSteps(streets);
  const { west, north, scale } = frame;
  for (let e = 0; e < streets.edgeCount; e += 1) {
    const grade = gainClass(Math.min(people[streets.source[e]], people[streets.target[e]]), most);
    const first = streets.vertexStart[e];
    const last = streets.vertexStart[e + 1] - 1;
    const isSeen = grade >= 0 && mayBeSeen(frame, [x[first], x[last]], [y[first], y[last]]);
    if (!isSeen || streets.surface[e]) continue;
    for (let v = first; v <= last; v += 1) {
      const [px, py] = [(x[v] - west) * scale, (y[v] - north) * scale];
      if (v === first) paths[grade].moveTo(px, py);
      else paths[grade].lineTo(px, py);
    }
  }
  context.lineCap = "round";
  context.lineJoin = "round";
  paths.forEach((path, k) => {
    stroke(context, path, style.halo, GAIN_WIDTHS[k] + 1.6);
    stroke(context, path, style.gain[k], GAIN_WIDTHS[k]);
  });
}

// By its ends: a long street may have both outside and run through.
function mayBeSeen({ west, north, east, south }: Frame, x: readonly number[], y: readonly number[]): boolean {
  return Math.max(...x) >= west && Math.min(...x) <= east && Math.max(...y) >= north && Math.min(...y) <= south;
}
