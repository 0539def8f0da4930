// What a map carries: the document that maps/page/payload.py writes, with the style of maps/style.py.
// Tables are kept by column; what belongs to a row of another table names it by position, -1 for none.

import type { Bilingual, Choice, Language } from "./terms";
import type { Ledgers } from "./place_content";
import type { ReachContent } from "./network_content";
import type { WhatIfContent } from "./what_if_content";
import type { QuestionContent } from "./question_content";

export type { Bilingual, Choice, Language } from "./terms";
export type { MetresPerStep, NetworkContent, ReachContent } from "./network_content";

// A kind of place; style.symbols has one for each, in the order of the legend.
export type Kind = string;
export type PolygonKind = "grid" | "area";
export type Status = "open" | "building" | "planned" | "closed" | "unknown";
export type PaperSize = "A3" | "A4";

export interface SymbolStyle {
  readonly colour: string;
  readonly outline: string;
  readonly glyph: string;
  readonly size: number;
  // The zoom from which names stand beside it.
  readonly names_from_zoom: number;
}

export interface StreetStyle {
  readonly from: number;
  readonly names: number;
  readonly widths: readonly number[];
}

export interface CoverageStyle {
  readonly colours: readonly string[];
  readonly limits: readonly number[];
  readonly opacity: number;
}

export interface ChangeStyle {
  readonly limits: readonly number[];
  readonly colours: { readonly less: readonly string[]; readonly more: readonly string[] };
}

export interface Style {
  readonly land: string;
  readonly water: string;
  readonly green: string;
  readonly building: string;
  readonly buildingEdge: string;
  readonly rail: string;
  readonly street: string;
  readonly square: string;
  readonly casing: string;
  readonly path: string;
  readonly ink: string;
  readonly quietInk: string;
  readonly halo: string;
  readonly accent: string;
  readonly gap: string;
  // By the minutes from a place, and by the people gained: from near to far, and from few to many.
  readonly reach: readonly string[];
  readonly gain: readonly string[];
  readonly coverage: CoverageStyle;
  readonly change: ChangeStyle;
  readonly parts: { readonly covered: string; readonly full: string; readonly left: string };
  readonly symbols: Readonly<Record<Kind, SymbolStyle>>;
  readonly streets: readonly StreetStyle[];
  readonly pathRank: number;
}

export interface Category {
  readonly id: string;
  readonly name: Bilingual;
  readonly phrase: Bilingual;
  // By the position of the minutes: how many of the nearest decide, and whether by their mean.
  readonly count: readonly number[];
  readonly mean: readonly boolean[];
  // Whether the standard asks for it; whether it requires it, so that there may be gaps.
  readonly byStandard: boolean;
  readonly demanded: boolean;
  // Position of the minutes within which the standard asks for it, -1 for none; where that is written.
  readonly required: number;
  readonly clause: Bilingual | null;
  // The share of people that the study wants covered.
  readonly target: number | null;
}

// The whole study under one choice, as maps/page/payload.py orders it: people, covered, without room (known),
// of them those whose room is unknown, places of unknown hours and the people they may add, places of unknown
// capacity and the people they may add.
export type TotalRow = readonly [
  ...Choice,
  people: number,
  covered: number,
  full: number,
  roomUnknown: number,
  hoursPlaces: number,
  moreIfOpen: number,
  roomPlaces: number,
  moreIfRoom: number,
];

export interface Case {
  readonly profile: Bilingual;
  readonly hour: Bilingual;
  readonly who: Bilingual;
  readonly estimated: boolean;
  // What the study calls it, where it has a name of its own.
  readonly name: Bilingual | null;
}

type Texts = readonly (string | null)[];
type Numbers = readonly (number | null)[];

export interface Facilities {
  // As layer:key, by which a change file names them.
  readonly id: readonly string[];
  readonly name: Texts;
  readonly kind: readonly Kind[];
  readonly status: readonly (Status | null)[];
  readonly categoryId: Texts;
  readonly category: readonly number[];
  readonly rank: readonly number[];
  readonly tier: Texts;
  readonly opening_hours: Texts;
  readonly opens_on: Texts;
  readonly address: Texts;
  readonly phone: Texts;
  readonly website: Texts;
  readonly functions: readonly (readonly string[])[];
  readonly capacity: Numbers;
  // Only on the map of a plan.
  readonly served?: Numbers;
  readonly added?: Numbers;
  readonly alone?: Numbers;
}

export interface GapTable {
  readonly choice: readonly Choice[];
  readonly grid: readonly number[];
  readonly cause: readonly number[];
  readonly causes: readonly Bilingual[];
}

// Number of new sites, what the best plan for it comes to, and what adding one at a time comes to.
export type CurveRow = readonly [sites: number, best: number | null, nested: number | null];

export interface Siting {
  readonly before: number;
  readonly after: number;
  readonly new: number;
  readonly proof: Bilingual;
  readonly curve: readonly CurveRow[];
  readonly unit: Bilingual;
}

export interface SheetContent {
  readonly size: PaperSize;
  readonly unit: string;
  readonly date: string | null;
  readonly review: string;
  readonly run: string;
}

// Coverage of one service through a week; the people covered at each hour are packed beside.
export type WeekSeries = readonly [caseAt: number, category: number, minutes: number, total: number];

export interface WeekContent {
  // The hours at which places are open: 168 bits in hexadecimal, and which of them each place keeps, -1 where its
  // hours are not known.
  readonly patterns: readonly string[];
  readonly pattern: readonly number[];
  // For each case the one whose series are its own.
  readonly case: readonly number[];
  readonly series: readonly WeekSeries[];
}

export interface Content extends Ledgers {
  readonly title: string;
  readonly language: Language;
  readonly view: "map" | "sheet";
  readonly words: Readonly<Record<string, Bilingual>>;
  readonly terms: Readonly<Record<string, Bilingual>>;
  readonly style: Style;
  readonly streetNames: readonly string[];
  readonly categories: readonly Category[];
  readonly minutes: readonly number[];
  readonly cases: readonly Case[];
  readonly first: { readonly category: number; readonly minutes: number };
  readonly attributions: readonly string[];
  readonly beside: Bilingual | null;
  // Why no gaps could be looked for; null where they could.
  readonly unlooked: Bilingual | null;
  readonly notes: readonly Bilingual[];
  readonly sheet: SheetContent;
  readonly bounds: readonly [west: number, south: number, east: number, north: number];
  readonly facilities: Facilities;
  readonly grids: { readonly name: readonly string[]; readonly kind: readonly PolygonKind[] };
  readonly figures: readonly Choice[];
  readonly totals: readonly TotalRow[];
  readonly gaps: GapTable;
  readonly isochrones: {
    readonly facility: readonly number[];
    readonly minutes: readonly number[];
    readonly case: readonly number[];
  };
  // For each case the row of the packed numbers of people that are its own.
  readonly demand: readonly number[];
  readonly siting: Siting | null;
  readonly reach: ReachContent | null;
  readonly week: WeekContent | null;
  // Mean coverage over what the standard requires.
  readonly ranking: readonly (readonly [caseAt: number, grid: number, share: number])[];
  // How Chinese characters are read, without tones, the readings of one parted by spaces.
  readonly pinyin: Readonly<Record<string, string>>;
  readonly whatIf: WhatIfContent | null;
  readonly question: QuestionContent | null;
}
