// What is chosen on a map, and what it opens with.

import type { Content, Language, PolygonKind } from "./content";

const SURFACES = ["coverage", "isochrones", "gaps", "demand", "needs", "others"] as const;

// A kind of place, or one of the surfaces.
export type Layer = string;
export type Layers = Readonly<Record<Layer, boolean> & Record<(typeof SURFACES)[number], boolean>>;

// Which part of the panel is open.
export type Tab = "overview" | "layers" | "gaps";

// How another case is shown beside the one chosen.
export type CompareMode = "none" | "change" | "swipe" | "side";

// Which places are shown; empty for all.
export interface Filters {
  readonly tier: string;
  readonly function: string;
  readonly open: boolean;
}

export interface State {
  readonly language: Language;
  // The choice, by position.
  readonly category: number;
  readonly minutes: number;
  readonly case: number;
  // The kind of polygons shown; none on a map without polygons.
  readonly kind: PolygonKind | null;
  // The place and the polygon selected, -1 for none.
  readonly selected: number;
  readonly grid: number;
  // The place that is asked about, in degrees.
  readonly here: readonly [lon: number, lat: number] | null;
  readonly layers: Layers;
  readonly tab: Tab;
  // An hour of the week from Monday 0:00, -1 for that of the case.
  readonly hour: number;
  readonly compare: CompareMode;
  // The other case, and where the divider stands, as a share of the width.
  readonly other: number;
  readonly divider: number;
  readonly filters: Filters;
}

export type Changed = ReadonlySet<keyof State>;

export const NO_FILTERS: Filters = { tier: "", function: "", open: false };

const FEW_CANDIDATES = 300;

export function firstState(content: Content): State {
  return {
    language: content.language,
    category: content.first.category,
    minutes: content.first.minutes,
    case: content.siting ? content.siting.after : 0,
    kind: content.grids.kind.length ? content.grids.kind[0] : null,
    selected: -1,
    grid: -1,
    here: null,
    layers: firstLayers(content),
    tab: hasOverview(content) ? "overview" : "layers",
    hour: -1,
    compare: "none",
    other: content.cases.length > 1 ? 1 : 0,
    divider: 0.5,
    filters: NO_FILTERS,
  };
}

// Several services side by side; a plan is of one.
export function hasOverview({ siting, categories, totals }: Content): boolean {
  return !siting && categories.length > 1 && totals.length > 0;
}

function firstLayers({ facilities, siting, figures, style }: Content): Layers {
  const all = Object.fromEntries([...Object.keys(style.symbols), ...SURFACES].map((layer) => [layer, true])) as Layers;
  // Every junction of a city as a candidate would hide what the plan does.
  const few = facilities.kind.filter((kind) => kind === "rejected").length <= FEW_CANDIDATES;
  const off = { demand: false, needs: false, others: false };
  return { ...all, ...off, isochrones: !figures.length || Boolean(siting), rejected: few };
}

// Whether the figures shown are others than before.
export function isOtherChoice(changed: Changed): boolean {
  return (["category", "minutes", "case"] as const).some((key) => changed.has(key));
}

// Whether the other case, or the way in which it is shown, is another than before.
export function isOtherComparison(changed: Changed): boolean {
  return (["compare", "other", "divider"] as const).some((key) => changed.has(key));
}
