// The straight stretches of streets, along which names can be written.

import { type Frame, type Pixel, pixelOf } from "./frame";
import { type Box, around } from "./placing";
import type { Shapes } from "../core/shapes";

const BEND = 0.22; // radians a stretch may turn from its own chord
const STEP = 9; // half the side of the boxes that keep the place of slanted text

export const APART = 420; // pixels between two writings of one name

export interface Stretch {
  readonly from: Pixel;
  readonly to: Pixel;
  readonly length: number;
}

// The stretches of a line that are straight enough, and not shorter than the name.
export function stretchesOf(set: Shapes, i: number, frame: Frame, shortest: number): Stretch[] {
  const out: Stretch[] = [];
  for (let ring = set.shape[i]; ring < set.shape[i + 1]; ring += 1) {
    const end = set.ring[ring + 1] - 1;
    let from = set.ring[ring];
    while (from < end) {
      const to = straightUntil(set, from, end);
      const length = Math.hypot(set.x[to] - set.x[from], set.y[to] - set.y[from]) * frame.scale;
      if (length >= shortest) out.push({ from: pixelOf(set, from, frame), to: pixelOf(set, to, frame), length });
      from = to;
    }
  }
  return out;
}

function straightUntil(set: Shapes, from: number, end: number): number {
  const first = bearing(set, from, from + 1);
  let to = from + 1;
  while (to < end && turned(first, bearing(set, to, to + 1)) < BEND) to += 1;
  return to;
}

function bearing(set: Shapes, a: number, b: number): number {
  return Math.atan2(set.y[b] - set.y[a], set.x[b] - set.x[a]);
}

function turned(a: number, b: number): number {
  const angle = Math.abs(a - b) % (2 * Math.PI);
  return angle > Math.PI ? 2 * Math.PI - angle : angle;
}

// Places of one name along one stretch, at even steps from its middle so that panning moves none.
export function placesOn({ from, to, length }: Stretch): Pixel[] {
  const number = Math.max(1, Math.floor(length / APART));
  return Array.from({ length: number }, (_, k) => {
    const part = (k + 0.5) / number;
    return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
  });
}

// The angle at which a name is written along a stretch: never upside down.
export function uprightAngle({ from, to }: Stretch): number {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  if (angle > Math.PI / 2) return angle - Math.PI;
  return angle <= -Math.PI / 2 ? angle + Math.PI : angle;
}

// Small boxes in a row: one large box around slanted text would keep others off empty ground.
export function boxesAlong([x, y]: Pixel, angle: number, width: number): Box[] {
  const number = Math.max(1, Math.ceil(width / STEP));
  return Array.from({ length: number + 1 }, (_, k) => {
    const along = -width / 2 + (width * k) / number;
    return around(x + along * Math.cos(angle), y + along * Math.sin(angle), STEP - 1);
  });
}
