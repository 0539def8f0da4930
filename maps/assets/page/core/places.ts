// Which places answer to a service, how they stand, and which of them are shown.

import type { Content, Facilities, Kind } from "./content";
import type { State } from "./state";
import { type Pack, summed } from "./unpack";
import { Week } from "./week";

// Open in the case, works but not at its hour, not there on its date, and open or not, which nobody knows.
export type Standing = "open" | "closed" | "absent" | "unknown";
const STANDINGS: readonly Standing[] = ["open", "closed", "absent", "unknown"];
const SITES: readonly Kind[] = ["chosen", "rejected"];

export class Places {
  readonly week: Week | null;
  private readonly facilities: Facilities;
  private readonly states: readonly (Int32Array | null)[];
  private readonly serving: readonly ReadonlySet<number>[];

  constructor(pack: Pack) {
    const { content } = pack;
    this.facilities = content.facilities;
    this.week = content.week && new Week(content.week, pack.wholeNumbers("week.covered"));
    this.states = content.cases.map((_, k) => (pack.has(`state${k}`) ? pack.wholeNumbers(`state${k}`) : null));
    this.serving = content.categories.map((_, k) => servingOf(pack, content, k));
  }

  // How a place stands in the case shown, or at the hour of the week that is looked at.
  standing(i: number, state: State): Standing {
    const inCase = this.inCase(i, state.case);
    if (state.hour < 0 || !this.week || inCase === "absent") return inCase;
    const isOpen = this.week.isOpen(i, state.hour);
    return isOpen === null ? "unknown" : isOpen ? "open" : "closed";
  }

  private inCase(i: number, shown: number): Standing {
    const known = this.states[shown];
    if (known) return STANDINGS[known[i]];
    const status = this.facilities.status[i];
    return status === null || status === "open" ? "open" : "absent";
  }

  // Places of other services than the chosen one would only hide those that matter.
  answers(i: number, { category }: State): boolean {
    if (SITES.includes(this.facilities.kind[i]) || !this.serving.length) return true;
    return this.serves(i, category);
  }

  serves(i: number, category: number): boolean {
    return this.serving[category].has(i);
  }

  passes(i: number, state: State): boolean {
    const { tier, function: wanted, open } = state.filters;
    if (tier && this.facilities.tier[i] !== tier) return false;
    if (wanted && !this.facilities.functions[i].includes(wanted)) return false;
    return !open || this.standing(i, state) === "open";
  }

  // Whether a place is shown where its kind is.
  isWanted(i: number, state: State): boolean {
    return (state.layers.others || this.answers(i, state)) && this.passes(i, state);
  }

  isShown(i: number, state: State): boolean {
    if (i === state.selected) return true;
    return state.layers[this.facilities.kind[i]] && this.isWanted(i, state);
  }
}

// As the engine has it, else those that are of the category.
function servingOf(pack: Pack, { facilities }: Content, category: number): Set<number> {
  if (pack.has(`serves${category}`)) return new Set(summed(pack.wholeNumbers(`serves${category}`)));
  return new Set(facilities.category.flatMap((each, i) => (each === category ? [i] : [])));
}
