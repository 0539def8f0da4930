// What is chosen on a map, and what it opens with.

import type { Content, Kind, Language, PolygonKind } from "./content";

export const LAYERS = [
  "station", "centre", "merchant", "facility", "chosen", "rejected", "coverage", "isochrones", "gaps", "demand",
] as const;

export type Layer = Kind | "coverage" | "isochrones" | "gaps" | "demand";
export type Layers = Readonly<Record<Layer, boolean>>;

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
    layers: firstLayers(content),
  };
}

function firstLayers({ facilities, siting, figures }: Content): Layers {
  const all = Object.fromEntries(LAYERS.map((layer) => [layer, true])) as Record<Layer, boolean>;
  // Every junction of a city as a candidate would hide what the plan does.
  const few = facilities.kind.filter((kind) => kind === "rejected").length <= FEW_CANDIDATES;
  return { ...all, demand: false, isochrones: !figures.length || Boolean(siting), rejected: few };
}

// Whether the figures shown are others than before.
export function isOtherChoice(changed: Changed): boolean {
  return (["category", "minutes", "case"] as const).some((key) => changed.has(key));
}
