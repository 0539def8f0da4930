// Small things that the desk reads: an id that is free, and who is not asked about.

import type { Facilities } from "../core/content";
import type { Draft } from "../core/draft";
import type { Pack } from "../core/unpack";

// Unlike those of the draft, and those that an earlier change has brought into the study.
export function freeId(draft: Draft, facilities: Facilities): string {
  for (let number = 1; ; number += 1) {
    const id = `new-${number}`;
    const isTaken = (known: string): boolean => known === `change:${id}` || known.startsWith(`change:${id}:`);
    if (!draft.open.some((row) => row.id === id) && !facilities.id.some(isTaken)) return id;
  }
}

// People who are not asked about for a category, by demand point.
export function exceptions(pack: Pack, k: number): ReadonlySet<number> {
  let sum = 0;
  return new Set([...pack.wholeNumbers(`applies${k}`)].map((step) => (sum += step)));
}
