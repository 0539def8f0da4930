// A place joined to a street: the times from there to both ends of its edge, and the walk to it.

import type { Place } from "./places";
import { type Spot, pointOf } from "./spots";
import { CLOSED, type Streets } from "./streets";

// The place on a street that is chosen, and what speaks against it.
export interface Best extends Spot {
  readonly doubt: number;
}

// A place joined to a street: where, and how far it is there.
export interface Joined extends Place {
  readonly x: number;
  readonly y: number;
  readonly metres: number;
  readonly doubt: number;
  readonly spot: Spot;
}

export function joinedAt(streets: Streets, best: Best): Joined {
  const { vertexStart, along, back, forward, backward } = streets;
  const { edge, vertex, share } = best;
  const last = vertexStart[edge + 1] - 1;
  const next = Math.min(vertex + 1, last);
  const between = (ms: Int32Array): number => evenly(ms[vertex] + share * (ms[next] - ms[vertex]));
  const atSource = vertex === vertexStart[edge] && share === 0;
  const atTarget = vertex === last || (next === last && share === 1);
  const allowed = (ms: number, whole: number, atEnd: boolean): number => {
    if (atEnd) return 0;
    return whole >= 0 ? ms : CLOSED;
  };
  const [fromSource, toSource] = [between(along), between(back)];
  const [toX, toY] = pointOf(streets, best);
  return {
    edge,
    access: evenly((best.metres / streets.metresPerSecond) * 1000),
    fromSource: allowed(fromSource, forward[edge], atSource),
    fromTarget: allowed(backward[edge] - toSource, backward[edge], atTarget),
    toSource: allowed(toSource, backward[edge], atSource),
    toTarget: allowed(forward[edge] - fromSource, forward[edge], atTarget),
    x: toX,
    y: toY,
    metres: best.metres,
    doubt: best.doubt,
    spot: best,
  };
}

// To the nearest whole number, halves to the even one, as numpy rounds.
function evenly(value: number): number {
  const whole = Math.round(value);
  return whole - value === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}
