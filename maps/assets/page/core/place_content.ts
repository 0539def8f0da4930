// Places from their own side and cases by polygon, as maps/page/ledgers writes them.

import type { Bilingual } from "./terms";

export interface NeedsContent {
  readonly grid: readonly number[];
  readonly raised: readonly (number | null)[];
  readonly settled: readonly (number | null)[];
}

export type CountRow = readonly [name: Bilingual, people: number];
export type WithinRow = readonly [
  minutes: number,
  people: number,
  groups: readonly CountRow[],
  shifts: readonly CountRow[],
];
export type StationRow = readonly [tier: Bilingual | null, name: string, minutes: number];
export type AroundRow = readonly [
  role: string,
  category: Bilingual,
  count: number,
  name: string,
  minutes: number,
];

export interface PlaceCase {
  readonly circle: number;
  readonly said: readonly Bilingual[];
  readonly within: readonly WithinRow[];
  readonly stations: readonly StationRow[];
  readonly around: readonly AroundRow[];
}

export interface PlaceContent {
  readonly id: string;
  // Position of the facility; -1 for a candidate.
  readonly facility: number;
  readonly name: string;
  readonly kind: string;
  readonly layer: Bilingual;
  readonly category: Bilingual;
  readonly offer: string;
  readonly agreement: readonly string[];
  readonly since: string;
  readonly cases: readonly PlaceCase[];
}

export interface Ledgers {
  // Null where there is no ledger.
  readonly needs: NeedsContent | null;
  readonly places: readonly PlaceContent[];
}
