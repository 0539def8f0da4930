// What is chosen, and the figures that belong to the choice.

import type { Bilingual, Category, Content, Facilities, Kind, PolygonKind, Style } from "./content";
import { type Gap, choiceKey, gapsByChoice, mostByKind } from "./gaps";
import {
  type Counting,
  type Facts,
  type Headline,
  NOTHING_UNKNOWN,
  type Total,
  type Unknown,
  headlineOf,
} from "./headline";
import type { Points, Shapes } from "./shapes";
import { type Changed, type State, firstState } from "./state";
import type { Pack } from "./unpack";
import { type Values, fill, has } from "./words";

const NOTHING: Bilingual = { en: "", zh: "" };
const NO_CATEGORY: Category = {
  id: "", name: NOTHING, phrase: NOTHING, count: [], mean: [],
  byStandard: true, demanded: true, required: -1, clause: null,
};
const SOMEBODY = 0.5; // people: less is nobody once it is rounded

// People of one polygon, and how many of them are covered; no share where nobody is counted.
export interface Figure extends Total {
  readonly share: number | null;
}

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
  private readonly people: Float32Array;
  private readonly covered: Float32Array;
  private readonly full: Float32Array;
  private readonly rows: ReadonlyMap<string, number>;
  private readonly totals: ReadonlyMap<string, Total & Unknown>;
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
    this.people = pack.decimals("figures.people");
    this.covered = pack.decimals("figures.people_covered");
    this.full = pack.decimals("figures.people_without_room");
    this.rows = new Map(content.figures.map((choice, row) => [choiceKey(choice), row]));
    this.totals = new Map(
      content.totals.map(([shown, category, minutes, people, covered, full, ...unknown]) => {
        const [roomUnknown, hoursPlaces, moreIfOpen, roomPlaces, moreIfRoom] = unknown;
        const total = { people, covered, full, roomUnknown, hoursPlaces, moreIfOpen, roomPlaces, moreIfRoom };
        return [choiceKey([shown, category, minutes]), total] as const;
      }),
    );
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

  private key(minutes = this.state.minutes, shown = this.state.case): string {
    return choiceKey([shown, this.state.category, minutes]);
  }

  // The figure of one polygon for the choice, or for other minutes; null where there is none.
  figure(grid: number, minutes?: number): Figure | null {
    const row = this.rows.get(this.key(minutes));
    if (row === undefined) return null;
    const at = row * this.grids.set.count + grid;
    const people = this.people[at];
    if (Number.isNaN(people)) return null;
    const covered = this.covered[at];
    return { people, covered, full: this.full[at], share: people > 0 ? covered / people : null };
  }

  gaps(): Gap[] {
    const all = this.gapsByChoice.get(this.key()) ?? [];
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

  // Who is counted in the case shown.
  who(): string {
    return this.say(this.content.cases[this.state.case].who);
  }

  // People of a demand point who are counted in the case shown.
  peopleAt(i: number): number {
    return this.demand.people[this.content.demand[this.state.case] * this.demand.count + i];
  }

  total(): (Total & Unknown) | null {
    return this.totals.get(this.key()) ?? null;
  }

  // How many places decide under the choice.
  counting(): Counting {
    const { count, mean } = this.category;
    return { count: count[this.state.minutes] ?? 1, mean: mean[this.state.minutes] ?? false };
  }

  // People gained by the plan in all; null where the map is not of a plan or shows today.
  gained(): number | null {
    const before = this.totals.get(this.keyBefore());
    const now = this.total();
    return before && now ? now.covered - before.covered : null;
  }

  gainedIn(grid: number): number | null {
    const row = this.rows.get(this.keyBefore());
    const now = this.figure(grid);
    return row === undefined || !now ? null : now.covered - this.covered[row * this.grids.set.count + grid];
  }

  // The choice as it is without the plan that is shown; the key of nothing where none is.
  private keyBefore(): string {
    const { siting } = this.content;
    return this.state.case === siting?.after ? this.key(undefined, siting.before) : "";
  }

  facilityShown(i: number): boolean {
    const kind = this.facilities.kind[i];
    return this.state.layers[kind] && this.isOfChoice(i);
  }

  countShown(kind: Kind): number {
    return this.facilities.kind.filter((each, i) => each === kind && this.isOfChoice(i)).length;
  }

  // Facilities of other services than the chosen one would only hide those that matter.
  private isOfChoice(i: number): boolean {
    const category = this.facilities.category[i];
    return this.facilities.kind[i] !== "facility" || category < 0 || category === this.state.category;
  }

  // Without any totals there is nothing to say, not even that nobody is counted.
  headline(): Headline {
    if (!this.content.totals.length) return { template: "", values: {} };
    return headlineOf(this.facts(), (key, values) => this.word(key, values));
  }

  private facts(): Facts {
    const { cases, siting } = this.content;
    const current = cases[this.state.case];
    const gained = this.gained();
    return {
      language: this.state.language,
      total: this.total(),
      unknown: this.total() ?? NOTHING_UNKNOWN,
      counting: this.counting(),
      gaps: this.gaps().length,
      kind: this.state.kind,
      who: this.who(),
      estimated: current.estimated,
      category: this.say(this.category.phrase),
      minutes: this.minutes,
      profile: this.say(current.profile),
      hour: this.hasHours ? this.say(current.hour) : null,
      plan: siting && gained !== null && gained >= SOMEBODY ? { sites: siting.new, gained } : null,
    };
  }

  // Whether the cases differ in their hour, so that it has to be said.
  get hasHours(): boolean {
    return new Set(this.content.cases.map((each) => each.hour.en)).size > 1;
  }
}
