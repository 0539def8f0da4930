// What a change does to the people covered, counted on the streets of the page. Room is left out.

import type { Answers } from "./answers";
import type { Joined } from "./joined";
import { type Place, pointsOf } from "./places";
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
  private counts: Int32Array = new Int32Array();

  constructor(
    private readonly answers: Answers,
    private readonly people: (point: number, shown: number) => number,
  ) {}

  outcome(question: Question, { opened, closed, moved }: Changes): Outcome {
    const router = this.answers.router(question.shown);
    const standing = new Set(this.answers.open(question.category, question.shown));
    const gone = new Set([...closed, ...moved.map(({ facility }) => facility)].filter((each) => standing.has(each)));
    const arrived = moved.filter(({ facility }) => standing.has(facility)).map(({ to }) => to);
    const added = [...opened, ...arrived];
    const before = this.today(router, question, standing);
    return this.compared(question, before, afterwards(router, question, before, { standing, gone, added }));
  }

  // How many places of the category each demand point reaches today; kept until another question is asked.
  private today(router: Router, question: Question, standing: ReadonlySet<number>): Int32Array {
    const asked = JSON.stringify(question);
    if (asked !== this.asked) this.counts = counted(router, question, standing, []);
    this.asked = asked;
    return this.counts;
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

interface Afterwards {
  readonly standing: ReadonlySet<number>;
  readonly gone: ReadonlySet<number>;
  readonly added: readonly Place[];
}

function afterwards(
  router: Router,
  question: Question,
  before: Int32Array,
  { standing, gone, added }: Afterwards,
): Int32Array {
  if (question.count === 1) {
    return counted(router, question, new Set([...standing].filter((each) => !gone.has(each))), added);
  }
  const more = counted(router, question, new Set(), added);
  const fewer = counted(router, question, gone, []);
  return before.map((reached, point) => reached + more[point] - fewer[point]);
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
  searches.forEach((places) => {
    router.demandTimes(places, limit).forEach((ms, point) => {
      if (ms !== NEVER) counts[point] += 1;
    });
  });
  return counts;
}
