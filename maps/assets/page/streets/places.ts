// Where people and places join the streets, and the time between such places.
//
// The rules of geo/search/_places.py: a place is entered from both ends of its edge, from the gates of its estate,
// or directly from a place on the same edge. A place may have several access points; the nearest counts.

import { type Pack, summed } from "../core/unpack";
import { NEVER, type Search, type Seed } from "./search";
import { CLOSED, type Streets } from "./streets";

// Access points, each with the place it belongs to; times are CLOSED where a direction is not allowed.
export interface Places {
  readonly count: number;
  readonly owner: Int32Array;
  readonly edge: Int32Array;
  readonly access: Int32Array;
  readonly fromSource: Int32Array;
  readonly fromTarget: Int32Array;
  readonly toSource: Int32Array;
  readonly toTarget: Int32Array;
}

// One place joined to a street by the page.
export interface Place {
  readonly edge: number;
  readonly access: number;
  readonly fromSource: number;
  readonly fromTarget: number;
  readonly toSource: number;
  readonly toTarget: number;
}

export type Direction = "from" | "to";

export function readPlaces(pack: Pack, name: string, { forward, backward }: Streets): Places {
  const edge = summed(pack.wholeNumbers(`${name}.edge`));
  const fromSource = pack.wholeNumbers(`${name}.fromSource`);
  const toSource = pack.wholeNumbers(`${name}.toSource`).map((value, i) => value + fromSource[i]);
  const rest = (whole: Int32Array, i: number, done: number): number => (edge[i] < 0 ? 0 : whole[edge[i]] - done);
  const owner = pack.has(`${name}.owner`) ? summed(pack.wholeNumbers(`${name}.owner`)) : edge.map((_, i) => i);
  return {
    count: owner.reduce((most, each) => Math.max(most, each + 1), 0),
    owner,
    edge,
    access: pack.wholeNumbers(`${name}.access`),
    fromSource,
    toSource,
    toTarget: pack.wholeNumbers(`${name}.toTarget`).map((value, i) => value + rest(forward, i, fromSource[i])),
    fromTarget: pack.wholeNumbers(`${name}.fromTarget`).map((value, i) => value + rest(backward, i, toSource[i])),
  };
}

// The access points of some places, each as a place of its own.
export function pointsOf(places: Places, wanted: ReadonlySet<number>): Place[] {
  const points: Place[] = [];
  places.owner.forEach((owner, p) => {
    if (!wanted.has(owner) || places.edge[p] < 0) return;
    points.push({
      edge: places.edge[p],
      access: places.access[p],
      fromSource: places.fromSource[p],
      fromTarget: places.fromTarget[p],
      toSource: places.toSource[p],
      toTarget: places.toTarget[p],
    });
  });
  return points;
}

// Where a search begins that leaves a place, or that looks backwards for who comes to it.
export function seedsOf(streets: Streets, place: Place, direction: Direction): Seed[] {
  const leaving = direction === "from";
  const ends: readonly (readonly [number, number])[] = [
    [streets.source[place.edge], leaving ? place.toSource : place.fromSource],
    [streets.target[place.edge], leaving ? place.toTarget : place.fromTarget],
  ];
  const gateMs = leaving ? streets.gates.leave : streets.gates.enter;
  const seeds: Seed[] = [];
  ends.forEach(([node, ms]) => {
    if (ms === CLOSED) return;
    seeds.push({ node, ms: ms + place.access });
    for (let g = streets.gates.start[node]; g < streets.gates.start[node + 1]; g += 1) {
      if (gateMs[g] !== CLOSED) seeds.push({ node: streets.gates.node[g], ms: ms + place.access + gateMs[g] });
    }
  });
  return seeds;
}

// Times between the nearest of some places and all places of a table, by place; NEVER beyond the limit.
export class TimesTo {
  readonly times: Int32Array;
  // The access point of each place over which its time runs.
  readonly over: Int32Array;

  constructor(
    private readonly streets: Streets,
    private readonly places: Places,
  ) {
    this.times = new Int32Array(places.count);
    this.over = new Int32Array(places.count);
  }

  fill(search: Search, ends: readonly Place[], direction: Direction, limit: number): Int32Array {
    const { places, times, over } = this;
    const byEdge = new Map<number, Place[]>();
    ends.forEach((end) => {
      const there = byEdge.get(end.edge);
      if (there) there.push(end);
      else byEdge.set(end.edge, [end]);
    });
    times.fill(NEVER);
    over.fill(-1);
    for (let p = 0; p < places.edge.length; p += 1) {
      if (places.edge[p] < 0) continue;
      const ms = this.timeOf(search.time, p, byEdge, direction);
      const owner = places.owner[p];
      if (ms <= limit && ms < times[owner]) {
        times[owner] = ms;
        over[owner] = p;
      }
    }
    return times;
  }

  private timeOf(time: Int32Array, p: number, byEdge: ReadonlyMap<number, Place[]>, direction: Direction): number {
    const { places, streets } = this;
    const e = places.edge[p];
    const entering = direction === "from";
    const bySource = (entering ? places.fromSource : places.toSource)[p];
    const byTarget = (entering ? places.fromTarget : places.toTarget)[p];
    const source = this.overNode(time, streets.source[e], bySource, entering);
    const target = this.overNode(time, streets.target[e], byTarget, entering);
    const around = Math.min(source, target);
    const best = around === NEVER ? NEVER : around + places.access[p];
    return (byEdge.get(e) ?? []).reduce((ms, end) => Math.min(ms, alongEdge(end, places, p, entering)), best);
  }

  // The time by way of one end of the edge, or by the gates of the estate it lies in.
  private overNode(time: Int32Array, node: number, ms: number, entering: boolean): number {
    if (ms === CLOSED) return NEVER;
    const { gates } = this.streets;
    const gateMs = entering ? gates.enter : gates.leave;
    let best = time[node] === NEVER ? NEVER : time[node] + ms;
    for (let g = gates.start[node]; g < gates.start[node + 1]; g += 1) {
      const there = time[gates.node[g]];
      if (there !== NEVER && gateMs[g] !== CLOSED) best = Math.min(best, there + gateMs[g] + ms);
    }
    return best;
  }
}

// The time between two places of one edge without leaving it. Which lies first is told by the time from the source,
// or from the target where that direction is closed.
function alongEdge(place: Place, places: Places, p: number, leaving: boolean): number {
  const ahead = places.fromSource[p] - place.fromSource;
  const back = place.toSource - places.toSource[p];
  const isOpen = places.fromSource[p] !== CLOSED && place.fromSource !== CLOSED;
  const isOpenBack = places.toSource[p] !== CLOSED && place.toSource !== CLOSED;
  const forwards = leaving ? ahead : -ahead;
  const backwards = leaving ? back : -back;
  let best = NEVER;
  if (isOpen && forwards >= 0) best = forwards;
  if (isOpenBack && backwards >= 0) best = Math.min(best, backwards);
  return best === NEVER ? NEVER : best + place.access + places.access[p];
}
