// What is chosen on a map, and what it opens with.

import type { Content, Language, PolygonKind } from "./content";

const SURFACES = ["coverage", "isochrones", "gaps", "demand"] as const;

// A kind of place, or one of the surfaces.
export type Layer = string;
export type Layers = Readonly<Record<Layer, boolean> & Record<(typeof SURFACES)[number], boolean>>;

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
}

export type Changed = ReadonlySet<keyof State>;

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
  };
}

function firstLayers({ facilities, siting, figures, style }: Content): Layers {
  const all = Object.fromEntries([...Object.keys(style.symbols), ...SURFACES].map((layer) => [layer, true])) as Layers;
  // Every junction of a city as a candidate would hide what the plan does.
  const few = facilities.kind.filter((kind) => kind === "rejected").length <= FEW_CANDIDATES;
  return { ...all, demand: false, isochrones: !figures.length || Boolean(siting), rejected: few };
}

// Whether the figures shown are others than before.
export function isOtherChoice(changed: Changed): boolean {
  return (["category", "minutes", "case"] as const).some((key) => changed.has(key));
}
