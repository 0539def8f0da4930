// The rules of a siting question that a form offers, as far as they go with what is asked for.

import type { Model } from "../core/model";
import type { Fields, NumberField, Offered } from "./fields";

const MOST_LISTED = 500; // places offered by name while one is typed
const WEIGHT = { least: 0, most: 1e6, step: "any" } as const;
const SHARE = { least: 0, most: 100, step: "any", isShare: true } as const;

const count = (key: string): NumberField => ({ key, least: 0, step: 1 });
const amount = (key: string): NumberField => ({ key, least: 0, step: "any" });

export class Rules {
  constructor(
    private readonly model: Model,
    private readonly fields: Fields,
  ) {}

  get isShare(): boolean {
    return this.fields.answer("asked") === "cover";
  }

  get isByYears(): boolean {
    return this.fields.answer("asked") === "years";
  }

  private get goal(): string {
    return this.isShare ? "cover" : this.fields.answer("goal") || "people";
  }

  private get countsPeople(): boolean {
    return this.goal === "people" || this.goal === "cover";
  }

  private get isWorstCase(): boolean {
    const several = this.fields.list("cases").length > 1;
    return several && this.countsPeople && this.fields.answer("robust") === "worst";
  }

  // What is asked for; several services stand in place of the one shown.
  services(): HTMLElement[] {
    const { model, fields } = this;
    const others = model.content.categories.filter(({ id }) => id !== model.category.id);
    return others.length
      ? [fields.checks("categories", others.map(({ id, name }) => ({ id, label: model.say(name) })))]
      : [];
  }

  candidates(): HTMLElement[] {
    const { fields, model } = this;
    const isGrid = fields.answer("candidates") === "grid";
    const polygons = model.content.grids.name.map((name) => ({ id: name, label: name }));
    const inside = polygons.length
      ? [fields.named("within", polygons.slice(0, MOST_LISTED), (name) => name)]
      : [];
    return [
      fields.choice("candidates", ["", "layer", "junctions", "grid"]),
      ...(isGrid ? [fields.number({ key: "spacing_metres", least: 10, step: "any" })] : []),
      ...inside,
    ];
  }

  // By polygon, as far as the study has any.
  parts(): HTMLElement[] {
    const { kinds } = this.model;
    const { fields } = this;
    const parts: string[] = [...new Set(kinds)];
    const floors = ["grid", "area"].filter((kind) => parts.includes(kind));
    return [
      ...(parts.length ? [fields.number(count("each_area")), fields.number(amount("each_thousand"))] : []),
      ...(parts.length ? [fields.flag("areas_first", false)] : []),
      ...floors.map((kind) => fields.number({ key: `${kind}_floor`, ...SHARE })),
      ...this.groups(),
      ...this.fairness(parts),
    ];
  }

  private groups(): HTMLElement[] {
    const { fields, model } = this;
    const groups = this.named("groups");
    const shifts = ["in", "out"].map((id) => ({ id, label: model.word(`question_shift_${id}`) }));
    return [
      ...(groups.length ? [fields.table({ key: "group_floor", ...SHARE }, groups)] : []),
      ...(groups.length ? [fields.table({ key: "group_weights", ...WEIGHT }, groups)] : []),
      ...(model.content.question?.hasShifts ? [fields.table({ key: "shift_weights", ...WEIGHT }, shifts)] : []),
    ];
  }

  private fairness(polygons: readonly string[]): HTMLElement[] {
    const { fields } = this;
    const parts = this.named("groups").length > 1 ? [...polygons, "group"] : polygons;
    if (this.goal !== "people" || this.isWorstCase || !parts.length) return [];
    const isFair = parts.includes(fields.answer("fair"));
    const isGini = isFair && fields.answer("fair_by") === "gini";
    return [
      fields.choice("fair", ["none", ...parts]),
      ...(isFair ? [fields.choice("fair_by", ["worst", "gini"])] : []),
      ...(isGini ? [fields.number({ key: "give_up", ...SHARE })] : []),
    ];
  }

  // Who is served by a site. Room and decay on the one side and a second site in reach on the other exclude
  // each other.
  service(): HTMLElement[] {
    const { fields } = this;
    const copies = this.countsPeople && Number(fields.answer("copies")) > 1;
    const room = copies ? [] : [fields.flag("capacity", "limits")];
    const decay = this.goal === "people" && !copies ? this.decay() : [];
    const isWhole = !fields.answer("capacity") && decay.length < 2;
    return [...room, ...decay, ...(this.countsPeople ? this.reach(isWhole) : [])];
  }

  private decay(): HTMLElement[] {
    const { fields } = this;
    const decays = ["gaussian", "exponential"].includes(fields.answer("decay"));
    return [
      fields.choice("decay", ["none", "gaussian", "exponential"]),
      ...(decays ? [fields.number({ key: "decay_minutes", least: 0.1, most: 240, step: "any" })] : []),
    ];
  }

  private reach(isWhole: boolean): HTMLElement[] {
    const { fields, model } = this;
    const layers = model.content.question?.layers ?? [];
    return [
      ...(isWhole ? [fields.choice("copies", ["1", "2", "3"], Number)] : []),
      ...(layers.length > 1 ? [fields.checks("competitors", layers.map((id) => ({ id, label: id })))] : []),
    ];
  }

  sites(): HTMLElement[] {
    const { fields } = this;
    const closing = this.isByYears ? [] : [
      fields.number(count("close")), fields.number(count("move")),
      this.places("must_close"), this.places("may_close"),
    ];
    return [fields.number(amount("apart_metres")), ...closing, this.places("keep"), this.places("forbid")];
  }

  // One plan for several cases.
  cases(): HTMLElement[] {
    const { fields } = this;
    const cases = this.named("cases");
    const chosen = cases.filter(({ id }) => fields.list("cases").includes(id));
    if (cases.length < 2) return [];
    const several = chosen.length > 1;
    const weighs = several && this.goal !== "worst" && !this.isWorstCase;
    return [
      fields.checks("cases", cases),
      ...(several && this.countsPeople ? [fields.choice("robust", ["sum", "worst"])] : []),
      ...(weighs ? [fields.table({ key: "case_weights", ...WEIGHT }, chosen)] : []),
    ];
  }

  search(): HTMLElement[] {
    const { fields } = this;
    return [
      fields.number({ key: "time_limit_seconds", least: 1, step: "any" }),
      fields.number({ key: "gap", ...SHARE, most: 99 }),
      fields.number(count("curve")), fields.number(count("alternatives")),
      fields.date("on"), fields.number({ ...count("seed"), most: 2 ** 31 - 1 }),
    ];
  }

  private named(kind: "cases" | "groups"): Offered[] {
    const { content } = this.model;
    return (content.question?.[kind] ?? []).map(({ id, name }) => ({ id, label: this.model.say(name) }));
  }

  private places(key: string): HTMLElement {
    const { facilities } = this.model;
    const called = (id: string): string => {
      const at = facilities.id.indexOf(id);
      return (at < 0 ? null : facilities.name[at]) ?? id;
    };
    return this.fields.named(key, this.offered(key), called);
  }

  // To be closed stands what the service has today; candidates of a plan are kept or forbidden.
  private offered(key: string): Offered[] {
    const { facilities, state, content } = this.model;
    const closes = key.endsWith("_close");
    const isSite = (at: number): boolean => {
      const isCandidate = facilities.kind[at] === "chosen" || facilities.kind[at] === "rejected";
      if (isCandidate) return !closes;
      return key !== "forbid" && (facilities.category[at] === state.category || content.siting !== null);
    };
    return facilities.id.flatMap((id, at) => (isSite(at) ? [{ id, label: facilities.name[at] ?? id }] : []))
      .slice(0, MOST_LISTED);
  }
}
