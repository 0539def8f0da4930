// The streets of one traveller as maps/page/reach.py packs them: junctions, the edges between, and their times.

import type { MetresPerStep, NetworkContent } from "../core/content";
import { starts } from "../core/shapes";
import { type Pack, summed } from "../core/unpack";
import { Mercator } from "./mercator";

const STEPS = 1e7; // steps a degree
const FINE = 1e5; // fine steps a step
export const CLOSED = -1; // milliseconds of a direction that is not allowed
export const PRIVATE = 1;
export const SCRAP = 2;

// Arcs by the node they leave (or enter, for searches backwards).
export interface Arcs {
  readonly start: Int32Array;
  readonly head: Int32Array;
  readonly ms: Int32Array;
  readonly edge: Int32Array;
}

// Where estates meet the open streets, by the node inside.
export interface Gates {
  readonly start: Int32Array;
  readonly node: Int32Array;
  readonly leave: Int32Array;
  readonly enter: Int32Array;
}

export interface Streets {
  readonly metresPerSecond: number;
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly forward: Int32Array;
  readonly backward: Int32Array;
  // The vertices of edge e are vertexStart[e] to vertexStart[e + 1].
  readonly vertexStart: Int32Array;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly along: Int32Array;
  readonly back: Int32Array;
  readonly level: Int8Array;
  readonly flags: Uint8Array;
  // The square an edge leads across, 0 where it is a street.
  readonly surface: Int32Array;
  readonly outward: Arcs;
  readonly inward: Arcs;
  readonly gates: Gates;
  readonly mercator: Mercator;
}

export function readStreets(pack: Pack, name: string, content: NetworkContent): Streets {
  const source = summed(pack.wholeNumbers(`${name}.source`));
  const target = pack.wholeNumbers(`${name}.target`).map((value, e) => value + source[e]);
  const vertexStart = starts(pack.wholeNumbers(`${name}.inner`).map((value) => value + 2));
  const ends = { source, target, vertexStart };
  const steps = vertexSteps(pack, name, ends);
  const guess = guessedMetres(steps, vertexStart, content.metresPerStep);
  const forward = readTimes(pack, `${name}.forward`, guess, ends, content.metresPerSecond);
  const backward = content.symmetric
    ? forward
    : readTimes(pack, `${name}.backward`, guess, ends, content.metresPerSecond);
  const nodeCount = pack.positions(`${name}.node`).count;
  const vertices = steps.x.length;
  const lon = degrees(steps.x, sparse(pack, `${name}.fineLon`, vertices));
  const lat = degrees(steps.y, sparse(pack, `${name}.fineLat`, vertices));
  const mercator = new Mercator(content.middle[0], content.middle[1]);
  return {
    metresPerSecond: content.metresPerSecond,
    nodeCount,
    edgeCount: source.length,
    ...ends,
    forward: forward.edge,
    backward: backward.edge,
    lon,
    lat,
    ...inMetres(mercator, lon, lat),
    along: forward.vertex,
    back: backward.vertex,
    level: Int8Array.from(sparse(pack, `${name}.level`, vertices)),
    flags: Uint8Array.from(sparse(pack, `${name}.flags`, source.length)),
    surface: sparse(pack, `${name}.surface`, source.length),
    outward: arcsOf(nodeCount, [source, target], forward.edge, backward.edge),
    inward: arcsOf(nodeCount, [target, source], forward.edge, backward.edge),
    gates: readGates(pack, name, nodeCount),
    mercator,
  };
}

interface Ends {
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly vertexStart: Int32Array;
}

interface Steps {
  readonly x: Int32Array;
  readonly y: Int32Array;
}

function sparse(pack: Pack, name: string, size: number): Int32Array {
  const out = new Int32Array(size);
  const values = pack.wholeNumbers(`${name}.value`);
  summed(pack.wholeNumbers(`${name}.at`)).forEach((at, k) => {
    out[at] = values[k];
  });
  return out;
}

function vertexSteps(pack: Pack, name: string, { source, target, vertexStart }: Ends): Steps {
  const node = pack.positions(`${name}.node`);
  const inner = pack.wholeNumbers(`${name}.vertex`);
  const size = vertexStart[source.length];
  const x = new Int32Array(size);
  const y = new Int32Array(size);
  let read = 0;
  for (let e = 0; e < source.length; e += 1) {
    const last = vertexStart[e + 1] - 1;
    x[vertexStart[e]] = node.x[source[e]];
    y[vertexStart[e]] = node.y[source[e]];
    for (let v = vertexStart[e] + 1; v < last; v += 1) {
      x[v] = x[v - 1] + inner[read];
      y[v] = y[v - 1] + inner[read + 1];
      read += 2;
    }
    x[last] = node.x[target[e]];
    y[last] = node.y[target[e]];
  }
  return { x, y };
}

// The same sums in the same order as in maps/page/reach.py, so that both come to the same bits.
function guessedMetres({ x, y }: Steps, start: Int32Array, scale: MetresPerStep): Float64Array {
  const [east, eastMore, north, northMore, latitude] = scale;
  const along = new Float64Array(x.length);
  for (let e = 0; e + 1 < start.length; e += 1) {
    for (let v = start[e] + 1; v < start[e + 1]; v += 1) {
      const up = (y[v] + y[v - 1]) / 2 - latitude;
      const dx = (x[v] - x[v - 1]) * (east + eastMore * up);
      const dy = (y[v] - y[v - 1]) * (north + northMore * up);
      along[v] = along[v - 1] + Math.sqrt(dx * dx + dy * dy);
    }
  }
  return along;
}

interface Times {
  readonly edge: Int32Array;
  readonly vertex: Int32Array;
}

function readTimes(pack: Pack, name: string, guess: Float64Array, ends: Ends, speed: number): Times {
  const { source, vertexStart } = ends;
  const edge = pack.wholeNumbers(name);
  const closed = sparse(pack, `${name}.closed`, source.length);
  const rest = pack.wholeNumbers(`${name}.vertex`);
  const vertex = new Int32Array(guess.length);
  let read = 0;
  for (let e = 0; e < source.length; e += 1) {
    const last = vertexStart[e + 1] - 1;
    const whole = guess[last];
    const open = closed[e] === 0;
    edge[e] = open ? edge[e] + Math.floor((whole / speed) * 1000 + 0.5) : CLOSED;
    const ms = open ? edge[e] : 0;
    for (let v = vertexStart[e] + 1; v < last; v += 1) {
      vertex[v] = Math.floor((guess[v] / (whole > 0 ? whole : 1)) * ms + 0.5) + rest[read];
      read += 1;
    }
    vertex[last] = ms;
  }
  return { edge, vertex };
}

function degrees(steps: Int32Array, fine: Int32Array): Float64Array {
  return Float64Array.from(steps, (value, i) => (fine[i] ? (value + fine[i] / FINE) / STEPS : value / STEPS));
}

function inMetres(mercator: Mercator, lon: Float64Array, lat: Float64Array): { x: Float64Array; y: Float64Array } {
  const x = new Float64Array(lon.length);
  const y = new Float64Array(lon.length);
  for (let v = 0; v < lon.length; v += 1) [x[v], y[v]] = mercator.project(lon[v], lat[v]);
  return { x, y };
}

// Arcs from the first ends to the second; `there` takes source to target, whichever of the two comes first.
function arcsOf(
  nodes: number,
  [from, to]: readonly [Int32Array, Int32Array],
  forward: Int32Array,
  backward: Int32Array,
): Arcs {
  const counts = new Int32Array(nodes);
  for (let e = 0; e < from.length; e += 1) {
    if (forward[e] >= 0) counts[from[e]] += 1;
    if (backward[e] >= 0) counts[to[e]] += 1;
  }
  const start = starts(counts);
  const next = start.slice();
  const size = start[nodes];
  const arcs = { start, head: new Int32Array(size), ms: new Int32Array(size), edge: new Int32Array(size) };
  const add = (tail: number, head: number, ms: number, e: number): void => {
    if (ms < 0) return;
    const at = next[tail];
    next[tail] += 1;
    arcs.head[at] = head;
    arcs.ms[at] = ms;
    arcs.edge[at] = e;
  };
  for (let e = 0; e < from.length; e += 1) {
    add(from[e], to[e], forward[e], e);
    add(to[e], from[e], backward[e], e);
  }
  return arcs;
}

function readGates(pack: Pack, name: string, nodes: number): Gates {
  const counts = new Int32Array(nodes);
  pack.wholeNumbers(`${name}.gate.inside`).forEach((node) => {
    counts[node] += 1;
  });
  return {
    start: starts(counts),
    node: pack.wholeNumbers(`${name}.gate.node`),
    leave: pack.wholeNumbers(`${name}.gate.leave`),
    enter: pack.wholeNumbers(`${name}.gate.enter`),
  };
}
