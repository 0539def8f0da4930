// Shapes traced onto a path, without the vertices that nobody could see.

import { type Frame, touches } from "./frame";
import type { Shapes } from "../core/shapes";

const NEAR = 0.6; // pixels: a vertex closer than this to the last one drawn is left out
const MARGIN = 30; // pixels beyond the canvas within which a wide line may still be seen

type Pen = Pick<Path2D, "moveTo" | "lineTo" | "closePath">;

export function trace(pen: Pen, set: Shapes, i: number, frame: Frame, closed: boolean): void {
  for (let ring = set.shape[i]; ring < set.shape[i + 1]; ring += 1) {
    traceRing(pen, set, ring, frame);
    if (closed) pen.closePath();
  }
}

// Runs over every vertex of the map: pixels are reckoned in place, without a pair for each.
function traceRing(pen: Pen, set: Shapes, ring: number, frame: Frame): void {
  const first = set.ring[ring];
  const last = set.ring[ring + 1] - 1;
  let px = NaN;
  let py = NaN;
  for (let j = first; j <= last; j += 1) {
    const x = (set.x[j] - frame.west) * frame.scale;
    const y = (set.y[j] - frame.north) * frame.scale;
    if (j === first) pen.moveTo(x, y);
    else if (j < last && Math.abs(x - px) + Math.abs(y - py) < NEAR) continue;
    else pen.lineTo(x, y);
    px = x;
    py = y;
  }
}

export function traceAll(pen: Pen, set: Shapes, frame: Frame, closed: boolean): void {
  for (let i = 0; i < set.count; i += 1) {
    if (touches(set, i, frame, MARGIN)) trace(pen, set, i, frame, closed);
  }
}
