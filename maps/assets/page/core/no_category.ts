// What a map without services is about.

import type { Bilingual, Category } from "./content";

const NOTHING: Bilingual = { en: "", zh: "" };

export const NO_CATEGORY: Category = {
  id: "", name: NOTHING, phrase: NOTHING, count: [], mean: [],
  byStandard: true, demanded: true, required: -1, clause: null, target: null,
};
