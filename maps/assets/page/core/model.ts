// What is chosen, and the figures that belong to the choice.

import { NO_CATEGORY } from "./no_category";
import type { Bilingual, Category, Choice, Content, Facilities, Kind, PolygonKind, Style } from "./content";
import { type Figure, Figures } from "./figures";
import { type Gap, choiceKey, gapsByChoice, mostByKind } from "./gaps";
import type { Counting, Total, Unknown } from "./headline";
import { Places, type Standing } from "./places";
import type { Points, Shapes } from "./shapes";
import { type Changed, type State, firstState } from "./state";
import type { Pack } from "./unpack";
import type { Week } from "./week";
import { type Values, about, count, fill, has } from "./words";

const USUAL_MINUTES = 15;
export type { Figure, Standing };

type Grids = Content["grids"] & { readonly set: Shapes; readonly centre: Points };
type Isochrones = Content["isochrones"] & { readonly set: Shapes };
type Demand = Points & { readonly people: Float32Array };

export class Model {
  readonly content: Content;
  readonly style: Style;
  readonly facilities: Facilities;
  readonly points: Points;
  readonly grids: Grids;
  readonly isochrones: Isochrones;
  readonly demand: Demand;
  readonly kinds: readonly PolygonKind[];
  readonly gapsByChoice: ReadonlyMap<string, readonly Gap[]>;
  state: State;
  private readonly figures: Figures;
  private readonly places: Places;
  private readonly most: ReadonlyMap<PolygonKind, number>;
  private readonly widths = new Map<PolygonKind | null, number>();
  private readonly events = new EventTarget();

  constructor(pack: Pack) {
    const { content } = pack;
    this.content = content;
    this.style = content.style;
    this.facilities = content.facilities;
    this.points = pack.positions("facilities.at");
    this.grids = { ...content.grids, set: pack.shapes("grids"), centre: pack.positions("grids.centre") };
    this.isochrones = { ...content.isochrones, set: pack.shapes("isochrones") };
    this.demand = { ...pack.positions("demand.at"), people: pack.decimals("demand.people") };
    this.kinds = [...new Set(content.grids.kind)];
    this.figures = new Figures(pack);
    this.places = new Places(pack);
    const leftOut = pack.decimals("gaps.people");
    this.gapsByChoice = gapsByChoice(content.gaps, leftOut);
    this.most = mostByKind(content.gaps, leftOut, content.grids.kind);
    this.state = firstState(content);
  }

  // Changes the choice and tells everybody who listens what has changed.
  set(changes: Partial<State>): void {
    this.state = { ...this.state, ...changes };
    this.events.dispatchEvent(new CustomEvent("change", { detail: new Set(Object.keys(changes)) }));
  }

  onChange(listener: (changed: Changed) => void): void {
    this.events.addEventListener("change", (event) => {
      listener((event as CustomEvent<Changed>).detail);
    });
  }

  word(key: string, values: Values = {}): string {
    return fill(this.say(this.content.words[key]), values);
  }

  say(text: Bilingual): string {
    return text[this.state.language];
  }

  // What a tier or a function is called; a user's own word is shown as it is.
  term(id: string): string {
    const { terms } = this.content;
    return has(terms, id) ? this.say(terms[id]) : id;
  }

  get minutes(): number {
    return this.content.minutes[this.state.minutes];
  }

  get category(): Category {
    const { categories } = this.content;
    return this.state.category < categories.length ? categories[this.state.category] : NO_CATEGORY;
  }

  get choice(): Choice {
    return [this.state.case, this.state.category, this.state.minutes];
  }

  get week(): Week | null {
    return this.places.week;
  }
  // What is drawn or said while the function runs is of another state; nobody is told.
  asIf<Made>(changes: Partial<State>, make: () => Made): Made {
    const { state } = this;
    this.state = { ...state, ...changes };
    try {
      return make();
    } finally {
      this.state = state;
    }
  }

  // The minutes a service is asked for within, else the longest up to a quarter of an hour.
  usualMinutes(category: number): number {
    const { categories, minutes } = this.content;
    const { required } = categories[category];
    if (required >= 0) return required;
    const usual = minutes.filter((each) => each <= USUAL_MINUTES);
    return minutes.indexOf(usual.length ? Math.max(...usual) : minutes[0]);
  }

  // The figure of one polygon for the choice, or for other minutes; null where there is none.
  figure(grid: number, minutes?: number): Figure | null {
    return this.figureOf(grid, [this.state.case, this.state.category, minutes ?? this.state.minutes]);
  }

  figureOf(grid: number, choice: Choice): Figure | null {
    return this.figures.of(grid, choice);
  }

  // What is missing in one polygon under a choice.
  gapOf(grid: number, choice: Choice): Gap | null {
    return this.gapsByChoice.get(choiceKey(choice))?.find((gap) => gap.grid === grid) ?? null;
  }

  // How much the share of one polygon differs in the other case; null where there is none in either.
  change(grid: number): number | null {
    const { case: shown, other, category, minutes } = this.state;
    const here = this.figureOf(grid, [shown, category, minutes])?.share ?? null;
    const there = this.figureOf(grid, [other, category, minutes])?.share ?? null;
    return here === null || there === null ? null : there - here;
  }

  gaps(): Gap[] {
    return this.gapsOf(this.choice);
  }

  // Of the polygons of the kind shown, the largest first.
  gapsOf(choice: Choice): Gap[] {
    const all = this.gapsByChoice.get(choiceKey(choice)) ?? [];
    return all.filter((gap) => this.grids.kind[gap.grid] === this.state.kind);
  }

  // The most people left out by any polygon of the kind shown, whatever the choice.
  get mostLeftOut(): number {
    return (this.state.kind && this.most.get(this.state.kind)) ?? 1;
  }

  // The median width of the polygons shown, in steps: circles must fit into them.
  usualWidth(): number {
    const { kind } = this.state;
    const known = this.widths.get(kind);
    if (known !== undefined) return known;
    const { box } = this.grids.set;
    const all = this.grids.kind.flatMap((each, i) => (each === kind ? [box[4 * i + 2] - box[4 * i]] : []));
    const width = all.sort((a, b) => a - b)[all.length >> 1] || 1;
    this.widths.set(kind, width);
    return width;
  }

  // A number of people, rounded where they were reckoned and not counted.
  people(n: number): string {
    return this.isEstimated ? about(n, this.state.language) : count(n);
  }

  get isEstimated(): boolean {
    return this.content.cases[this.state.case].estimated;
  }

  // Who is counted in the case shown.
  who(): string {
    return this.say(this.content.cases[this.state.case].who);
  }

  // People of a demand point who are counted in the case shown.
  peopleAt(i: number): number {
    return this.demand.people[this.content.demand[this.state.case] * this.demand.count + i];
  }

  total(): (Total & Unknown) | null {
    return this.figures.total(this.choice);
  }

  totalOf(choice: Choice): Total | null {
    return this.figures.total(choice);
  }

  // How a case is called: by the name the study gives it, else by who travels and when.
  caseName(shown: number): string {
    const { name, profile, hour } = this.content.cases[shown];
    if (name) return this.say(name);
    return this.hasHours ? `${this.say(profile)} · ${this.say(hour)}` : this.say(profile);
  }

  // How many places decide under the choice.
  counting(): Counting {
    const { count: many, mean } = this.category;
    return { count: many[this.state.minutes] ?? 1, mean: mean[this.state.minutes] ?? false };
  }

  facilityShown(i: number): boolean {
    return this.places.isShown(i, this.state);
  }

  countShown(kind: Kind): number {
    return this.countOf((i) => this.facilities.kind[i] === kind && this.places.isWanted(i, this.state));
  }

  // Places that do not answer the question asked.
  countOthers(): number {
    return this.countOf((i) => !this.places.answers(i, this.state));
  }

  // Places that answer to the service shown and are open.
  countOpen(): number {
    const { places, state } = this;
    return this.countOf((i) => places.serves(i, state.category) && places.standing(i, state) === "open");
  }

  private countOf(isCounted: (i: number) => boolean): number {
    return this.facilities.kind.filter((_, i) => isCounted(i)).length;
  }

  // How a place stands in the case shown, or at the hour of the week that is looked at.
  standing(i: number): Standing {
    return this.places.standing(i, this.state);
  }

  // Whether the cases differ in their hour, so that it has to be said.
  get hasHours(): boolean {
    return new Set(this.content.cases.map((each) => each.hour.en)).size > 1;
  }
}
