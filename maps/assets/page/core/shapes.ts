// Points, lines and polygons as flat arrays of whole steps, as maps/page/packing.py numbers them.

export interface Points {
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly count: number;
}

// `ring` says where each ring begins among the vertices, `shape` where each shape begins among the
// rings, `box` has west, north, east and south of each shape.
export interface Shapes extends Points {
  readonly ring: Int32Array;
  readonly shape: Int32Array;
  readonly box: Int32Array;
}

export function shapesOf(at: Points, perRing: Int32Array, perShape: Int32Array): Shapes {
  const ring = starts(perRing);
  const shape = starts(perShape);
  return { x: at.x, y: at.y, ring, shape, box: boxes(at, ring, shape), count: perShape.length };
}

// Where each of several runs begins, and where the last one ends.
export function starts(counts: Int32Array): Int32Array {
  const out = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i += 1) out[i + 1] = out[i] + counts[i];
  return out;
}

function boxes(at: Points, ring: Int32Array, shape: Int32Array): Int32Array {
  const count = shape.length - 1;
  const box = new Int32Array(4 * count);
  for (let i = 0; i < count; i += 1) {
    let west = Infinity;
    let north = Infinity;
    let east = -Infinity;
    let south = -Infinity;
    for (let j = ring[shape[i]]; j < ring[shape[i + 1]]; j += 1) {
      west = Math.min(west, at.x[j]);
      east = Math.max(east, at.x[j]);
      north = Math.min(north, at.y[j]);
      south = Math.max(south, at.y[j]);
    }
    box.set([west, north, east, south], 4 * i);
  }
  return box;
}

// Whether a polygon holds a point, by the number of its edges that a ray to the east crosses.
export function inside(set: Shapes, i: number, x: number, y: number): boolean {
  const { box } = set;
  if (x < box[4 * i] || x > box[4 * i + 2] || y < box[4 * i + 1] || y > box[4 * i + 3]) return false;
  let within = false;
  for (let ring = set.shape[i]; ring < set.shape[i + 1]; ring += 1) {
    const end = set.ring[ring + 1];
    for (let j = set.ring[ring], k = end - 1; j < end; k = j, j += 1) {
      if (set.y[j] > y !== set.y[k] > y && x < crossing(set, j, k, y)) within = !within;
    }
  }
  return within;
}

// How far east the edge between two vertices is at a height.
function crossing(set: Shapes, j: number, k: number, y: number): number {
  return ((set.x[k] - set.x[j]) * (y - set.y[j])) / (set.y[k] - set.y[j]) + set.x[j];
}
