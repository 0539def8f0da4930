// What a siting question may name, as the page carries it.

import type { Bilingual } from "./terms";

export interface Named {
  readonly id: string;
  readonly name: Bilingual;
}

// As maps/page/asking.py packs it.
export interface QuestionContent {
  readonly cases: readonly Named[];
  readonly groups: readonly Named[];
  // Layers of places that may compete.
  readonly layers: readonly string[];
  // Whether people are told apart by their working hours.
  readonly hasShifts: boolean;
}
