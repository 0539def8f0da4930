// The hours of a week: which places are open, and how many people are covered.

import type { WeekContent } from "./content";

export const HOURS = 168;

export interface WeekOf {
  readonly minutes: number;
  readonly total: number;
  // People covered at each hour from Monday 0:00.
  readonly covered: Int32Array;
}

export class Week {
  private readonly open: readonly (readonly boolean[])[];

  constructor(
    private readonly content: WeekContent,
    private readonly covered: Int32Array,
  ) {
    this.open = content.patterns.map(bits);
  }

  // Null where the hours of the place are not known.
  isOpen(facility: number, hour: number): boolean | null {
    const pattern = this.content.pattern[facility];
    return pattern < 0 ? null : this.open[pattern][hour];
  }

  // The week of a service in a case, at the minutes shown where there is one for them.
  of(shown: number, category: number, minutes: number): WeekOf | null {
    const own = this.content.case[shown];
    const at = this.content.series.findIndex(
      ([caseAt, each, limit]) => caseAt === own && each === category && limit === minutes,
    );
    if (at < 0) return null;
    const total = this.content.series[at][3];
    return { minutes, total, covered: this.covered.subarray(HOURS * at, HOURS * (at + 1)) };
  }
}

function bits(hex: string): boolean[] {
  return Array.from(hex).flatMap((digit) => {
    const value = parseInt(digit, 16);
    return [8, 4, 2, 1].map((bit) => (value & bit) > 0);
  });
}
