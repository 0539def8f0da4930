// What is being tried: the draft, what was before and after it, what was kept beside it, and what it comes to.

import { type Draft, EMPTY, type Moved, type Opened, rounded, without } from "../core/draft";
import { NO_TRYING, type Trying } from "../core/hash";
import type { Openable } from "../core/what_if_content";
import type { Model } from "../core/model";
import { type Outcome, type Question, WhatIf } from "../streets/changes";
import type { Answers } from "../streets/answers";
import type { Joined } from "../streets/joined";
import type { LonLat } from "../streets/path";
import { Polygons } from "../streets/polygons";
import { milliseconds } from "../streets/search";
import { type Pack, summed } from "../core/unpack";
import { freeId } from "./free_ids";
import { DraftPlaces } from "./draft_places";

const MOST_PAST = 100;

// What has changed: the draft or what it comes to, where a pin is dragged to, or what the desk shows.
export type Event = "draft" | "drag" | "show";

// A pin that is being dragged: a new place, or one of the study.
export interface Dragged {
  readonly id: string;
  readonly at: LonLat;
  readonly joined: Joined | null;
}

export class Desk {
  trying: Trying = NO_TRYING;
  // Whether the next click on the map drops a pin.
  isPlacing = false;
  // The pin whose reach is drawn.
  pin: string | null = null;
  dragged: Dragged | null = null;
  // Whether the list of services is unfolded.
  isOfferOpen = false;
  // Shows a place of the study; the map sets it.
  goTo: (facility: number) => void = () => undefined;
  // Services of the next pin, by id; those of the service shown where none is chosen.
  offered: readonly string[] = [];
  readonly places: DraftPlaces;
  readonly whatIf: WhatIf;
  private readonly past: Draft[] = [];
  private readonly future: Draft[] = [];
  private readonly listeners: ((event: Event) => void)[] = [];

  constructor(
    readonly model: Model,
    readonly answers: Answers,
    pack: Pack,
  ) {
    const { whatIf } = model.content;
    // People who are not asked about for a category, by demand point.
    const exceptions = (whatIf?.applies ?? []).map((isLimited, k) =>
      isLimited ? new Set(summed(pack.wholeNumbers(`applies${k}`))) : null,
    );
    const polygons = new Polygons(pack, whatIf?.cuts ?? 0, model.demand.count, model.grids.kind.length);
    this.places = new DraftPlaces(model, answers, pack);
    this.whatIf = new WhatIf(answers, polygons, (point, { category }) =>
      exceptions[category]?.has(point) ? 0 : model.peopleAt(point),
    );
  }

  get draft(): Draft {
    return this.trying.draft;
  }

  onChange(listener: (event: Event) => void): void {
    this.listeners.push(listener);
  }

  private tell(event: Event): void {
    this.listeners.forEach((listener) => {
      listener(event);
    });
  }

  // Null where the mean of several decides, or nothing is asked: that is left to the program.
  question(): Question | null {
    const { category, state, minutes } = this.model;
    const count = category.count[state.minutes] ?? 1;
    if (category.id === "" || (category.mean[state.minutes] && count > 1)) return null;
    return { shown: state.case, category: state.category, limit: milliseconds(minutes), count };
  }

  // What a draft comes to for the choice shown; of the draft on the desk, with the pin where it is dragged to.
  outcome(draft = this.draft): Outcome | null {
    const question = this.question();
    if (!question) return null;
    const { dragged } = this;
    if (!dragged || draft !== this.draft) return this.whatIf.outcome(question, this.places.changes(draft, question));
    const rest = this.places.changes(draft, question, dragged.id);
    const isAsked = this.places.isAsked(draft, question, dragged.id);
    return this.whatIf.outcome(question, rest, isAsked ? dragged.joined : null);
  }

  show(changes: Partial<Pick<Trying, "isOpen" | "gain">>): void {
    this.trying = { ...this.trying, ...changes };
    this.tell("show");
  }

  place(isPlacing: boolean): void {
    this.isPlacing = isPlacing;
    this.tell("show");
  }

  select(pin: string | null): void {
    this.pin = pin;
    this.tell("show");
  }

  offer(categories: readonly string[]): void {
    this.offered = categories;
    this.tell("show");
  }

  // Puts everything back as a link has it.
  take(trying: Trying): void {
    this.trying = trying;
    this.past.length = 0;
    this.future.length = 0;
    this.pin = null;
    this.tell("draft");
  }

  edit(change: (draft: Draft) => Draft): void {
    this.past.push(this.draft);
    if (this.past.length > MOST_PAST) this.past.shift();
    this.future.length = 0;
    this.put(change(this.draft));
  }

  private put(draft: Draft): void {
    this.trying = { ...this.trying, draft, isOpen: true };
    this.dragged = null;
    this.tell("draft");
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  undo(): void {
    const draft = this.past.pop();
    if (!draft) return;
    this.future.push(this.draft);
    this.put(draft);
  }

  redo(): void {
    const draft = this.future.pop();
    if (!draft) return;
    this.past.push(this.draft);
    this.put(draft);
  }

  // What the next pin offers: what was chosen, else the first that counts for the service shown.
  offering(): readonly string[] {
    if (this.offered.length) return this.offered;
    const own = this.openable().find(({ countsFor }) => countsFor.includes(this.model.state.category));
    return own ? [own.id] : [];
  }

  // What a new place may be, what counts for the service shown before the rest.
  openable(): readonly Openable[] {
    const all = this.model.content.whatIf?.openable ?? [];
    const isOwn = ({ countsFor }: Openable): boolean => countsFor.includes(this.model.state.category);
    return [...all.filter(isOwn), ...all.filter((each) => !isOwn(each))];
  }

  // A new place of the services offered; returns its id.
  open([lon, lat]: LonLat): string {
    const id = freeId(this.draft, this.model.facilities);
    const categories = this.offering();
    if (!categories.length) return id;
    const opened: Opened = { id, name: "", categories, lon: rounded(lon), lat: rounded(lat), capacity: null };
    this.isPlacing = false;
    this.pin = id;
    this.edit((draft) => ({ ...draft, open: [...draft.open, opened] }));
    return id;
  }

  drag(id: string, [lon, lat]: LonLat): void {
    const at = [rounded(lon), rounded(lat)] as const;
    this.dragged = { id, at, joined: this.places.join(at) };
    this.pin = id;
    this.tell("drag");
  }

  // Puts a pin down: a new place is there then, a place of the study has moved there.
  drop(id: string, [lon, lat]: LonLat): void {
    const at = { lon: rounded(lon), lat: rounded(lat) };
    this.edit((draft) => {
      if (draft.open.some((row) => row.id === id)) {
        return { ...draft, open: draft.open.map((row) => (row.id === id ? { ...row, ...at } : row)) };
      }
      const moved: Moved = { id, ...at };
      return { ...draft, move: [...draft.move.filter((row) => row.id !== id), moved] };
    });
  }

  // Takes back whatever is tried with a place.
  remove(id: string): void {
    if (this.pin === id) this.pin = null;
    this.edit((draft) => without(draft, id));
  }

  clear(): void {
    this.pin = null;
    this.edit(() => EMPTY);
  }

  keep(name: string): void {
    const draft = { ...this.draft, name };
    this.trying = { ...this.trying, draft, kept: [...this.trying.kept.filter((each) => each.name !== name), draft] };
    this.tell("draft");
  }

  forget(name: string): void {
    this.trying = { ...this.trying, kept: this.trying.kept.filter((each) => each.name !== name) };
    this.tell("draft");
  }
}
