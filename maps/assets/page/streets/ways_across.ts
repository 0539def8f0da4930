// Which of the ways across a square a place on it joins: the rule of geo/network/_surface_joins.py.

import type { EdgeIndex } from "./edge_index";
import { type Spot, nearestOf } from "./spots";
import type { Streets } from "./streets";

const REACH = 60; // metres within which ways across are looked at
const SPARE = 1e-6;

// The line over which the mean walk to the ends of all lines of the square is shortest.
export function wayAcross(streets: Streets, index: EdgeIndex, x: number, y: number, nearest: Spot): Spot {
  const surface = streets.surface[nearest.edge];
  if (!surface) return nearest;
  const outlines = index.near(x, y, REACH).filter((e) => !streets.surface[e]);
  const outline = Math.min(REACH, nearestOf(streets, outlines, x, y)?.metres ?? REACH);
  const room = Math.max(outline, nearest.metres) + SPARE;
  const lines = linesOf(streets).get(surface) ?? [];
  const ends = endsOf(streets, lines);
  let best = nearest;
  let shortest = Infinity;
  lines.forEach((edge) => {
    const spot = footOn(streets, edge, x, y);
    if (spot.metres > room) return;
    const walk = walkToEnds(streets, spot, ends);
    if (walk < shortest) {
      shortest = walk;
      best = spot;
    }
  });
  return best;
}

const known = new WeakMap<Streets, Map<number, number[]>>();

// The straight lines across each square.
function linesOf(streets: Streets): Map<number, number[]> {
  const there = known.get(streets);
  if (there) return there;
  const lines = new Map<number, number[]>();
  streets.surface.forEach((surface, e) => {
    if (!surface || streets.vertexStart[e + 1] - streets.vertexStart[e] !== 2) return;
    lines.set(surface, [...(lines.get(surface) ?? []), e]);
  });
  known.set(streets, lines);
  return lines;
}

// The nodes at the ends of lines, each once and by number, as positions.
function endsOf(streets: Streets, lines: readonly number[]): (readonly [number, number])[] {
  const { source, target, vertexStart, x, y } = streets;
  const at = new Map<number, readonly [number, number]>();
  lines.forEach((e) => {
    const v = vertexStart[e];
    at.set(source[e], [x[v], y[v]]);
    at.set(target[e], [x[v + 1], y[v + 1]]);
  });
  return [...at].sort(([a], [b]) => a - b).map(([, position]) => position);
}

function footOn({ vertexStart, x, y }: Streets, edge: number, px: number, py: number): Spot {
  const v = vertexStart[edge];
  const dx = x[v + 1] - x[v];
  const dy = y[v + 1] - y[v];
  const length = Math.hypot(dx, dy);
  const along = length > 0 ? ((px - x[v]) * dx + (py - y[v]) * dy) / (length * length) : 0;
  const share = Math.min(Math.max(along, 0), 1);
  return { edge, vertex: v, share, metres: Math.hypot(x[v] + share * dx - px, y[v] + share * dy - py) };
}

function walkToEnds({ x, y }: Streets, spot: Spot, ends: readonly (readonly [number, number])[]): number {
  const { vertex: v, share, metres } = spot;
  const length = Math.hypot(x[v + 1] - x[v], y[v + 1] - y[v]);
  return ends.reduce((sum, [endX, endY]) => {
    const overA = share * length + Math.hypot(endX - x[v], endY - y[v]);
    const overB = (1 - share) * length + Math.hypot(endX - x[v + 1], endY - y[v + 1]);
    return sum + metres + Math.min(overA, overB);
  }, 0);
}
