// The gain at the junctions as the map carries it, and the junction at which one more place gains most.

import { rounded } from "../core/draft";
import { type Pack, summed } from "../core/unpack";
import type { Changes, Question } from "../streets/changes";
import type { LonLat } from "../streets/path";
import type { Streets } from "../streets/streets";
import type { Desk } from "./desk";

const MOST_TRIED = 400;

export interface Best {
  readonly at: LonLat;
  readonly people: number;
}

export class Gain {
  private readonly known = new Map<number, Float64Array>();

  constructor(
    private readonly desk: Desk,
    private readonly pack: Pack,
  ) {}

  // At least the people whom a place at each junction gains today; null where the map does not carry them.
  layer(): Float64Array | null {
    const { content, state } = this.desk.model;
    const choice = [state.case, state.category, state.minutes].join();
    const number = content.whatIf?.gain.findIndex((each) => each.join() === choice) ?? -1;
    if (number < 0) return null;
    const known = this.known.get(number);
    if (known) return known;
    const steps = content.whatIf?.stepsADoubling ?? 1;
    const levels = summed(this.pack.wholeNumbers(`gain${number}`));
    const people = Float64Array.from(levels, (level) => 2 ** (level / steps) - 1);
    this.known.set(number, people);
    return people;
  }

  // The best junction for one more place beside what is tried. No place gains more than the layer says as long as
  // nothing is taken away, so that the search may stop once the best found is no less than what the next can be.
  best(): Best | null {
    const { desk } = this;
    const people = this.layer();
    const question = desk.question();
    if (!people || !question) return null;
    const changes = desk.places.changes(desk.draft, question);
    const isBounded = !changes.closed.length && !changes.moved.length && question.count === 1;
    const order = [...people.keys()].filter((node) => people[node] > 0).sort((a, b) => people[b] - people[a] || a - b);
    let best: Best | null = null;
    for (const node of order.slice(0, MOST_TRIED)) {
      if (isBounded && best && best.people >= people[node]) break;
      const tried = this.tried(node, question, changes);
      if (tried.people > (best?.people ?? 0)) best = tried;
    }
    return best;
  }

  private tried(node: number, question: Question, changes: Changes): Best {
    const { desk } = this;
    const at = positionOf(desk.answers.router(question.shown).streets, node);
    const joined = desk.places.join(at);
    return { at, people: joined ? desk.whatIf.gain(question, changes, joined) : 0 };
  }
}

const firstEdges = new WeakMap<Streets, Int32Array>();

// A vertex of the streets for each junction.
function verticesOf(streets: Streets): Int32Array {
  const there = firstEdges.get(streets);
  if (there) return there;
  const vertex = new Int32Array(streets.nodeCount);
  for (let e = 0; e < streets.edgeCount; e += 1) {
    vertex[streets.source[e]] = streets.vertexStart[e];
    vertex[streets.target[e]] = streets.vertexStart[e + 1] - 1;
  }
  firstEdges.set(streets, vertex);
  return vertex;
}

export function positionOf(streets: Streets, node: number): LonLat {
  const vertex = verticesOf(streets)[node];
  return [rounded(streets.lon[vertex]), rounded(streets.lat[vertex])];
}
