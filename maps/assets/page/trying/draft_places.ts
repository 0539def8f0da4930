// A draft as the streets know it: which places of a service it opens, closes and moves.

import type { Draft } from "../core/draft";
import { isOpen } from "../core/hours";
import type { Model } from "../core/model";
import { type Pack, summed } from "../core/unpack";
import type { Answers } from "../streets/answers";
import type { Changes, Question } from "../streets/changes";
import type { Joined } from "../streets/joined";
import type { LonLat } from "../streets/path";

export class DraftPlaces {
  private readonly index: ReadonlyMap<string, number>;
  private readonly works: readonly ReadonlySet<number>[];
  private readonly joins = new Map<string, Joined | null>();
  private last: { readonly draft: Draft; readonly asked: string; readonly changes: Changes } | null = null;

  constructor(
    private readonly model: Model,
    private readonly answers: Answers,
    pack: Pack,
  ) {
    this.index = new Map(model.facilities.id.map((id, i) => [id, i]));
    this.works = model.content.cases.map((_, k) => new Set(summed(pack.wholeNumbers(`works${k}`))));
  }

  // Where a place of the study stands in its tables; -1 where there is none.
  facility(id: string): number {
    return this.index.get(id) ?? -1;
  }

  // Joined to the streets of the case shown; null where none lies near enough.
  join([lon, lat]: LonLat): Joined | null {
    const key = [this.answers.content.case[this.model.state.case], lon, lat].join();
    const known = this.joins.get(key);
    if (known !== undefined) return known;
    const joined = this.answers.router(this.model.state.case).join(lon, lat);
    this.joins.set(key, joined);
    return joined;
  }

  // The draft for one question; of a pin that is dragged, nothing but that it is not where it was.
  changes(draft: Draft, question: Question, dragged: string | null = null): Changes {
    const asked = JSON.stringify([question, dragged]);
    if (this.last?.draft === draft && this.last.asked === asked) return this.last.changes;
    const changes = this.made(draft, question, dragged);
    this.last = { draft, asked, changes };
    return changes;
  }

  private made(draft: Draft, question: Question, dragged: string | null): Changes {
    const opened = draft.open.flatMap((row) => {
      const counts = row.id !== dragged && this.countsFor(row.categories, question.category);
      const joined = counts ? this.join([row.lon, row.lat]) : null;
      return joined ? [joined] : [];
    });
    const closed = draft.close.map(({ id }) => this.facility(id));
    const moved: { facility: number; to: Joined }[] = [];
    draft.move.filter(({ id }) => id !== dragged).forEach(({ id, lon, lat }) => {
      const to = this.join([lon, lat]);
      if (to) moved.push({ facility: this.facility(id), to });
      else closed.push(this.facility(id));
    });
    if (dragged !== null) closed.push(this.facility(dragged));
    const { shut, reopened } = this.hours(draft, question);
    return { opened, closed: [...closed, ...shut].filter((each) => each >= 0), moved, reopened };
  }

  private hours(draft: Draft, question: Question): { shut: number[]; reopened: number[] } {
    const shut: number[] = [];
    const reopened: number[] = [];
    draft.hours.forEach(({ id, opening_hours }) => {
      const facility = this.facility(id);
      const open = this.isOpenThen(opening_hours, question.shown);
      if (facility < 0 || open === null) return;
      if (!open) shut.push(facility);
      else if (this.works[question.shown].has(facility) && this.serves(facility, question)) reopened.push(facility);
    });
    return { shut, reopened };
  }

  private serves(facility: number, { category }: Question): boolean {
    return this.answers.serving(category).includes(facility);
  }

  // Whether hours hold at the moment of a case; null where only the program can tell.
  isOpenThen(hours: string, shown: number): boolean | null {
    const moment = this.model.content.whatIf?.moments[shown] ?? null;
    if (moment === null) return true;
    return moment.length ? isOpen(hours, moment) : null;
  }

  // Whether a place of some services counts for the one asked about.
  countsFor(categories: readonly string[], category: number): boolean {
    const openable = this.model.content.whatIf?.openable ?? [];
    return openable.some(({ id, countsFor }) => categories.includes(id) && countsFor.includes(category));
  }

  // Whether a pin is of the service asked about.
  isAsked(draft: Draft, question: Question, id: string): boolean {
    const opened = draft.open.find((row) => row.id === id);
    if (opened) return this.countsFor(opened.categories, question.category);
    return this.answers.open(question.category, question.shown).includes(this.facility(id));
  }
}
