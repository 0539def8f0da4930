// The streets a map carries, as maps/page/reach.py describes them.

import type { Bilingual } from "./terms";

export type MetresPerStep = readonly [
  east: number, eastMore: number, north: number, northMore: number, latitude: number,
];

// The streets of one traveller; the arrays are packed beside.
export interface NetworkContent {
  readonly profile: string;
  readonly metresPerSecond: number;
  // At the latitude named last, with the change for each step to the north.
  readonly metresPerStep: MetresPerStep;
  readonly middle: readonly [lon: number, lat: number];
  readonly symmetric: boolean;
  // What access points of places are called, by their position, where they have a name.
  readonly entrances: Readonly<Record<number, string | undefined>>;
}

// What the page needs to search the streets: `case` names the network of each case.
export interface ReachContent {
  readonly maxSnap: number;
  readonly networks: readonly NetworkContent[];
  readonly case: readonly number[];
  // What the groups of people are called.
  readonly groups: readonly Bilingual[];
  // People by case who are at no point that may be shown.
  readonly unplaced: readonly number[];
}
