// What changes are tried with, as the page carries it.

import type { Bilingual, Choice } from "./terms";

export interface Openable {
  readonly id: string;
  readonly name: Bilingual;
  readonly countsFor: readonly number[];
}

// What changes are tried with, as maps/page/what_if.py packs it.
export interface WhatIfContent {
  // Kinds of polygons that people are counted by.
  readonly cuts: number;
  // By category of the map: whether some people are not asked about.
  readonly applies: readonly boolean[];
  // What a new place may be, and for which categories of the map it counts.
  readonly openable: readonly Openable[];
  // By case: null at any hour, nothing on a date, of which the page does not know whether it is a holiday.
  readonly moments: readonly (readonly [weekday: number, minute: number] | readonly [] | null)[];
  readonly gain: readonly Choice[];
  readonly stepsADoubling: number;
}
