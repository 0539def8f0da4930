// The way that a search found from a place to a facility, as a line.

import type { Joined } from "./joined";
import type { Place, Places } from "./places";
import { NEVER, type Search } from "./search";
import { CLOSED, type Streets } from "./streets";

export type LonLat = readonly [lon: number, lat: number];

// One end of an access point's edge: its node, and the time from there to the point.
interface End {
  readonly node: number;
  readonly ms: number;
  readonly isSource: boolean;
}

// The line from the street of a place to that of access point `p`; the search must have started at the place.
export function wayTo(streets: Streets, search: Search, from: Joined, places: Places, p: number): LonLat[] {
  const edge = places.edge[p];
  const there = placeAt(places, p);
  const end = bestEnd(streets, search, there);
  const direct = edge === from.edge ? directTime(from, there) : NEVER;
  if (!end || direct <= search.time[end.node] + end.ms) {
    return piece(streets, edge, shareOf(streets, from), shareOf(streets, there));
  }
  const { line, node } = backToSeed(streets, search, end.node);
  const first = piece(streets, from.edge, shareOf(streets, from), startEnd(streets, from, node));
  const last = piece(streets, edge, end.isSource ? 0 : 1, shareOf(streets, there));
  return [...first, ...line, ...last];
}

function placeAt(places: Places, p: number): Place {
  return {
    edge: places.edge[p],
    access: places.access[p],
    fromSource: places.fromSource[p],
    fromTarget: places.fromTarget[p],
    toSource: places.toSource[p],
    toTarget: places.toTarget[p],
  };
}

function bestEnd({ source, target }: Streets, search: Search, place: Place): End | null {
  const ends: End[] = [
    { node: source[place.edge], ms: place.fromSource, isSource: true },
    { node: target[place.edge], ms: place.fromTarget, isSource: false },
  ];
  const reached = ends.filter(({ node, ms }) => ms !== CLOSED && search.time[node] !== NEVER);
  const time = ({ node, ms }: End): number => search.time[node] + ms;
  return reached.reduce<End | null>((best, each) => (best && time(best) <= time(each) ? best : each), null);
}

function directTime(from: Place, to: Place): number {
  const times = [
    [from.fromSource, to.fromSource],
    [to.toSource, from.toSource],
  ].flatMap(([near, far]) => (near !== CLOSED && far !== CLOSED && far >= near ? [far - near] : []));
  return Math.min(NEVER, ...times);
}

// From a node back to where the search began; the line in the direction of travel.
function backToSeed(streets: Streets, search: Search, end: number): { line: LonLat[]; node: number } {
  const { outward, source, target } = streets;
  const pieces: LonLat[][] = [];
  let node = end;
  for (let arc = search.by[node]; arc >= 0; arc = search.by[node]) {
    const edge = outward.edge[arc];
    const [first, last] = [outward.start[source[edge]], outward.start[source[edge] + 1]];
    const isForward = arc >= first && arc < last && target[edge] === node;
    pieces.push(piece(streets, edge, isForward ? 0 : 1, isForward ? 1 : 0));
    node = isForward ? source[edge] : target[edge];
  }
  return { line: pieces.reverse().flat(), node };
}

// Over which end of its edge a place is left: 0 for the source, 1 for the target.
function startEnd({ source, target }: Streets, from: Place, node: number): 0 | 1 {
  const bySource = source[from.edge] === node && from.toSource !== CLOSED;
  const byTarget = target[from.edge] === node && from.toTarget !== CLOSED;
  if (bySource && byTarget) return from.toSource <= from.toTarget ? 0 : 1;
  if (!bySource && !byTarget) return from.toTarget === CLOSED ? 0 : 1;
  return bySource ? 0 : 1;
}

// How far along its edge a place lies, as a share of its time.
function shareOf({ forward, backward }: Streets, place: Place): number {
  const [ms, whole] =
    place.fromSource === CLOSED ? [place.toSource, backward[place.edge]] : [place.fromSource, forward[place.edge]];
  return whole > 0 ? Math.min(1, Math.max(0, ms / whole)) : 0;
}

// A part of an edge, between two shares of its time, from the first to the second.
function piece(streets: Streets, edge: number, begin: number, end: number): LonLat[] {
  const low = Math.min(begin, end);
  const high = Math.max(begin, end);
  const { vertexStart, lon, lat, forward, along, back } = streets;
  const isOpen = forward[edge] > 0;
  const ms = isOpen ? along : back;
  const whole = isOpen ? forward[edge] : Math.max(1, streets.backward[edge]);
  const line: LonLat[] = [];
  for (let v = vertexStart[edge]; v < vertexStart[edge + 1]; v += 1) {
    const here = ms[v] / whole;
    const before = v > vertexStart[edge] ? ms[v - 1] / whole : here;
    for (const cut of [low, high]) {
      if (cut > before && cut < here) {
        const share = (cut - before) / (here - before);
        line.push([lon[v - 1] + share * (lon[v] - lon[v - 1]), lat[v - 1] + share * (lat[v] - lat[v - 1])]);
      }
    }
    if (here >= low && here <= high) line.push([lon[v], lat[v]]);
  }
  return begin <= end ? line : line.reverse();
}
