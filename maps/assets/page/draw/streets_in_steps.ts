// The vertices of the streets in the steps of the map, worked out once.

import type { Streets } from "../streets/streets";
import { stepsOf } from "./steps";

export interface InSteps {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const known = new WeakMap<Streets, InSteps>();

export function inSteps(streets: Streets): InSteps {
  const there = known.get(streets);
  if (there) return there;
  const size = streets.lon.length;
  const made = { x: new Float64Array(size), y: new Float64Array(size) };
  for (let v = 0; v < size; v += 1) [made.x[v], made.y[v]] = stepsOf([streets.lon[v], streets.lat[v]]);
  known.set(streets, made);
  return made;
}
