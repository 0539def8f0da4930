// Places on the streets: the nearest to a point on a piece of street, and on several edges.

import type { Streets } from "./streets";

// A place on a piece of street: the vertex before it, the share of the piece, and how far it is.
export interface Spot {
  readonly edge: number;
  readonly vertex: number;
  readonly share: number;
  readonly metres: number;
}

// The nearest place on some edges; of those equally near that with the lowest number.
export function nearestOf(streets: Streets, edges: readonly number[], x: number, y: number): Spot | null {
  let best: Spot | null = null;
  for (const edge of edges) {
    for (let v = streets.vertexStart[edge]; v < streets.vertexStart[edge + 1] - 1; v += 1) {
      const [share, metres] = foot(streets, v, x, y);
      if (!best || metres < best.metres) best = { edge, vertex: v, share, metres };
    }
  }
  return best;
}

export function foot({ x, y }: Streets, v: number, px: number, py: number): readonly [share: number, metres: number] {
  const dx = x[v + 1] - x[v];
  const dy = y[v + 1] - y[v];
  const square = dx * dx + dy * dy;
  const share = square > 0 ? Math.min(Math.max(((px - x[v]) * dx + (py - y[v]) * dy) / square, 0), 1) : 0;
  return [share, Math.hypot(x[v] + share * dx - px, y[v] + share * dy - py)];
}

export function pointOf(
  { x, y }: Streets,
  { vertex: v, share }: Pick<Spot, "vertex" | "share">,
): readonly [x: number, y: number] {
  return [x[v] + share * (x[v + 1] - x[v]), y[v] + share * (y[v + 1] - y[v])];
}
