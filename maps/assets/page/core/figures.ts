// The figures a map carries: by polygon and choice, and of the whole study.

import { type Choice, type Content } from "./content";
import { choiceKey } from "./gaps";
import type { Total, Unknown } from "./headline";
import type { Pack } from "./unpack";

// People of one polygon, and how many of them are covered; no share where nobody is counted.
export interface Figure extends Total {
  readonly share: number | null;
}

export class Figures {
  private readonly people: Float32Array;
  private readonly covered: Float32Array;
  private readonly full: Float32Array;
  private readonly rows: ReadonlyMap<string, number>;
  private readonly totals: ReadonlyMap<string, Total & Unknown>;
  private readonly polygons: number;

  constructor(pack: Pack) {
    const { content } = pack;
    this.polygons = content.grids.name.length;
    this.people = pack.decimals("figures.people");
    this.covered = pack.decimals("figures.people_covered");
    this.full = pack.decimals("figures.people_without_room");
    this.rows = new Map(content.figures.map((choice, row) => [choiceKey(choice), row]));
    this.totals = totalsOf(content);
  }

  of(grid: number, choice: Choice): Figure | null {
    const row = this.rows.get(choiceKey(choice));
    if (row === undefined) return null;
    const at = row * this.polygons + grid;
    const people = this.people[at];
    if (Number.isNaN(people)) return null;
    const covered = this.covered[at];
    return { people, covered, full: this.full[at], share: people > 0 ? covered / people : null };
  }

  total(choice: Choice): (Total & Unknown) | null {
    return this.totals.get(choiceKey(choice)) ?? null;
  }
}

function totalsOf({ totals }: Content): Map<string, Total & Unknown> {
  return new Map(
    totals.map(([shown, category, minutes, people, covered, full, ...unknown]) => {
      const [roomUnknown, hoursPlaces, moreIfOpen, roomPlaces, moreIfRoom] = unknown;
      const total = { people, covered, full, roomUnknown, hoursPlaces, moreIfOpen, roomPlaces, moreIfRoom };
      return [choiceKey([shown, category, minutes]), total] as const;
    }),
  );
}
