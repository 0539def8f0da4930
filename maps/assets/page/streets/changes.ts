// What a change does to the people covered, counted on the streets of the page. Room is left out.

import type { Answers } from "./answers";
import type { Joined } from "./joined";
import type { Place, Places } from "./places";
import type { Router } from "./router";
import { NEVER } from "./search";

// The question that is asked: the case, the category and the limit, and how many places each person needs.
export interface Question {
  readonly shown: number;
  readonly category: number;
  readonly limit: number; // milliseconds
  readonly count: number;
}

// Places of the category asked about, as the change leaves them.
export interface Changes {
  readonly opened: readonly Joined[];
  readonly closed: readonly number[];
  readonly moved: readonly { readonly facility: number; readonly to: Joined }[];
}

export interface Outcome {
  readonly before: number;
  readonly after: number;
  // People by group.
  readonly gained: readonly number[];
  readonly lost: readonly number[];
}

export class WhatIf {
  private asked = "";
  private counts = new Int32Array();

  constructor(
    private readonly answers: Answers,
    private readonly people: (point: number, shown: number) => number,
  ) {}

  outcome(question: Question, { opened, closed, moved }: Changes): Outcome {
    const router = this.answers.router(question.shown);
    const before = this.today(router, question);
    const after = before.slice();
    const standing = new Set(this.answers.open(question.category, question.shown));
    const gone = [...closed, ...moved.map(({ facility }) => facility)].filter((each) => standing.has(each));
    gone.forEach((facility) => {
      add(after, reachers(router, pointsOf(router.facilities, facility), question.limit), -1);
    });
    const arrived = moved.filter(({ facility }) => standing.has(facility)).map(({ to }) => to);
    [...opened, ...arrived].forEach((place) => {
      add(after, reachers(router, [place], question.limit), 1);
    });
    return this.compared(question, before, after);
  }

  // How many places of the category each demand point reaches today; kept until another question is asked.
  private today(router: Router, { shown, category, limit }: Question): Int32Array {
    const asked = [shown, category, limit].join();
    if (asked === this.asked) return this.counts;
    const counts = new Int32Array(router.demand.count);
    this.answers.open(category, shown).forEach((facility) => {
      add(counts, reachers(router, pointsOf(router.facilities, facility), limit), 1);
    });
    this.asked = asked;
    this.counts = counts;
    return counts;
  }

  private compared({ shown, count }: Question, before: Int32Array, after: Int32Array): Outcome {
    const { group, content } = this.answers;
    const gained = content.groups.map(() => 0);
    const lost = content.groups.map(() => 0);
    let [was, is] = [0, 0];
    before.forEach((reached, point) => {
      const people = this.people(point, shown);
      const [had, has] = [reached >= count, after[point] >= count];
      if (had) was += people;
      if (has) is += people;
      if (has && !had) gained[group[point]] += people;
      if (had && !has) lost[group[point]] += people;
    });
    return { before: was, after: is, gained, lost };
  }
}

// The demand points that reach a place within the limit over any of its access points.
function reachers(router: Router, points: readonly Place[], limit: number): Set<number> {
  const found = new Set<number>();
  points.forEach((place) => {
    router.demandTimes(place, limit).forEach((ms, point) => {
      if (ms !== NEVER) found.add(point);
    });
  });
  return found;
}

function pointsOf(places: Places, facility: number): Place[] {
  const points: Place[] = [];
  places.owner.forEach((owner, p) => {
    if (owner !== facility || places.edge[p] < 0) return;
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

function add(counts: Int32Array, points: ReadonlySet<number>, by: number): void {
  points.forEach((point) => {
    counts[point] += by;
  });
}
