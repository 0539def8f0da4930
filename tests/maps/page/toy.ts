// Small things that several tests are made of.

import type { Shapes } from "../../../maps/assets/page/core/shapes";
import { shapesOf } from "../../../maps/assets/page/core/shapes";

type Ring = readonly (readonly [number, number])[];

// One shape of these rings.
export function shapeOf(...rings: readonly Ring[]): Shapes {
  const all = rings.flat();
  const at = {
    x: Int32Array.from(all, ([x]) => x),
    y: Int32Array.from(all, ([, y]) => y),
    count: all.length,
  };
  return shapesOf(at, Int32Array.from(rings, (ring) => ring.length), Int32Array.of(rings.length));
}

// Numbers from 0 to 1 that look random and are the same every time (a linear congruential generator).
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
