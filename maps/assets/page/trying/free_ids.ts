// Ids of new places.

import type { Facilities } from "../core/content";
import type { Draft } from "../core/draft";

// Unlike those of the draft, and those that an earlier change has brought into the study.
export function freeId(draft: Draft, facilities: Facilities): string {
  for (let number = 1; ; number += 1) {
    const id = `new-${number}`;
    const isTaken = (known: string): boolean => known === `change:${id}` || known.startsWith(`change:${id}:`);
    if (!draft.open.some((row) => row.id === id) && !facilities.id.some(isTaken)) return id;
  }
}
