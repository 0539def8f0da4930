// What a change does to the people who reach a service in time, counted on the streets of the page. Room is left out.

import type { Answers } from "./answers";
import type { Joined } from "./joined";
import { type Place, pointsOf } from "./places";
import type { Polygons } from "./polygons";
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
  // By position; of those that stand, they are gone.
  readonly closed: readonly number[];
  readonly moved: readonly { readonly facility: number; readonly to: Joined }[];
  // By position; they do not stand today and do with the change.
  readonly reopened?: readonly number[];
}

export interface Outcome {
  readonly people: number;
  readonly before: number;
  readonly after: number;
  // People by group.
  readonly gained: readonly number[];
  readonly lost: readonly number[];
  // People by polygon: more with the change, or fewer.
  readonly polygons: Float64Array;
}

interface Counts {
  readonly asked: string;
  readonly changes: Changes;
  readonly counts: Int32Array;
}

export class WhatIf {
  private known: { readonly asked: string; readonly counts: Int32Array } | null = null;
  private base: Counts | null = null;

  constructor(
    private readonly answers: Answers,
    private readonly polygons: Polygons,
    // People of a demand point who are asked about.
    private readonly people: (point: number, question: Question) => number,
  ) {}

  // `dragged` is a place beside those of the changes: what it adds is found by one search from it alone.
  outcome(question: Question, changes: Changes, dragged: Joined | null = null): Outcome {
    const router = this.answers.router(question.shown);
    const before = this.today(router, question);
    const base = this.with(router, question, before, changes);
    return this.compared(question, before, dragged ? plus(base, this.reaching(router, question, dragged)) : base);
  }

  // How many more people a place would cover, beside the changes.
  gain(question: Question, changes: Changes, place: Joined): number {
    const router = this.answers.router(question.shown);
    const base = this.with(router, question, this.today(router, question), changes);
    let sum = 0;
    router.demandTimes([place], question.limit).forEach((ms, point) => {
      if (ms !== NEVER && base[point] === question.count - 1) sum += this.people(point, question);
    });
    return sum;
  }

  private reaching(router: Router, { limit }: Question, place: Joined): Int32Array {
    return router.demandTimes([place], limit);
  }

  // How many places of the category each demand point reaches today; kept until another question is asked.
  private today(router: Router, question: Question): Int32Array {
    const asked = JSON.stringify(question);
    if (this.known?.asked === asked) return this.known.counts;
    const counts = counted(router, question, new Set(this.answers.open(question.category, question.shown)), []);
    this.known = { asked, counts };
    return counts;
  }

  // The same with the changes; kept as long as these and the question are the same.
  private with(router: Router, question: Question, before: Int32Array, changes: Changes): Int32Array {
    const asked = JSON.stringify(question);
    if (this.base?.asked === asked && this.base.changes === changes) return this.base.counts;
    const { opened, closed, moved, reopened = [] } = changes;
    const standing = new Set(this.answers.open(question.category, question.shown));
    const gone = new Set([...closed, ...moved.map(({ facility }) => facility)].filter((each) => standing.has(each)));
    const again = new Set(reopened.filter((each) => !standing.has(each)));
    const isThere = (facility: number): boolean => standing.has(facility) || reopened.includes(facility);
    const arrived = moved.filter(({ facility }) => isThere(facility)).map(({ to }) => to);
    moved.forEach(({ facility }) => again.delete(facility));
    const added = [...opened, ...arrived];
    const counts = afterwards(router, question, before, { standing, gone, again, added });
    this.base = { asked, changes, counts };
    return counts;
  }

  private compared(question: Question, before: Int32Array, after: Int32Array): Outcome {
    const { group, content } = this.answers;
    const gained = content.groups.map(() => 0);
    const lost = content.groups.map(() => 0);
    const polygons = this.polygons.zeros();
    let [all, was, is] = [0, 0, 0];
    before.forEach((reached, point) => {
      const people = this.people(point, question);
      const [had, has] = [reached >= question.count, after[point] >= question.count];
      all += people;
      if (had) was += people;
      if (has) is += people;
      if (has === had || !people) return;
      (has ? gained : lost)[group[point]] += people;
      this.polygons.add(polygons, point, has ? people : -people);
    });
    return { people: all, before: was, after: is, gained, lost, polygons };
  }
}

function plus(counts: Int32Array, times: Int32Array): Int32Array {
  const out = counts.slice();
  for (let point = 0; point < out.length; point += 1) if (times[point] !== NEVER) out[point] += 1;
  return out;
}

interface Afterwards {
  readonly standing: ReadonlySet<number>;
  readonly gone: ReadonlySet<number>;
  readonly again: ReadonlySet<number>;
  readonly added: readonly Place[];
}

function afterwards(
  router: Router,
  question: Question,
  before: Int32Array,
  { standing, gone, again, added }: Afterwards,
): Int32Array {
  if (question.count === 1 && gone.size) {
    const left = new Set([...standing, ...again].filter((each) => !gone.has(each)));
    return counted(router, question, left, added);
  }
  if (!gone.size && !again.size && !added.length) return before;
  const more = counted(router, question, again, added);
  const fewer = gone.size ? counted(router, question, gone, []) : null;
  return before.map((reached, point) => reached + more[point] - (fewer ? fewer[point] : 0));
}

// How many of some facilities and further places each demand point reaches within the limit. Where one is enough,
// it is one or none, and one search finds it from all of them together.
function counted(
  router: Router,
  { limit, count }: Question,
  facilities: ReadonlySet<number>,
  further: readonly Place[],
): Int32Array {
  const counts = new Int32Array(router.demand.count);
  const single = (facility: number): Place[] => pointsOf(router.facilities, new Set([facility]));
  const searches =
    count === 1
      ? [[...pointsOf(router.facilities, facilities), ...further]]
      : [...[...facilities].map(single), ...further.map((place) => [place])];
  searches.filter((places) => places.length).forEach((places) => {
    router.demandTimes(places, limit).forEach((ms, point) => {
      if (ms !== NEVER) counts[point] += 1;
    });
  });
  return counts;
}
