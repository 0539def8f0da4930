// What can be answered at any place: one router for each traveller, made when it is first asked.

import type { ReachContent } from "../core/content";
import { type Pack, summed } from "../core/unpack";
import type { Joined } from "./joined";
import { type LonLat, wayTo } from "./path";
import { Router } from "./router";
import { NEVER, milliseconds } from "./search";

export interface NearestOf {
  readonly category: number;
  readonly facility: number;
  readonly ms: number;
  // How many are reached within each of the minutes.
  readonly within: readonly number[];
  readonly way: readonly LonLat[];
  // What the gate is called by which it is entered, where that is known.
  readonly entrance: string | undefined;
}

// People who reach a place: of each group, within each of the minutes.
export interface PeopleOf {
  readonly group: number;
  readonly within: readonly number[];
}

export interface Here {
  readonly joined: Joined;
  readonly nearest: readonly NearestOf[];
  readonly people: readonly PeopleOf[];
}

export class Answers {
  private readonly routers = new Map<number, Router>();
  private readonly serves: readonly Int32Array[];
  private readonly usable: readonly Int32Array[];
  readonly group: Int32Array;

  constructor(
    private readonly pack: Pack,
    readonly content: ReachContent,
    categories: number,
  ) {
    const read = (name: string, count: number): Int32Array[] =>
      Array.from({ length: count }, (_, k) => summed(pack.wholeNumbers(`${name}${k}`)));
    this.serves = read("serves", categories);
    this.usable = read("usable", content.case.length);
    this.group = pack.wholeNumbers("demand.group");
  }

  router(shown: number): Router {
    const number = this.content.case[shown];
    const known = this.routers.get(number);
    if (known) return known;
    const made = new Router(this.pack, number, this.content.networks[number], this.content);
    this.routers.set(number, made);
    return made;
  }

  // Facilities that answer to a category, whether they are open or not.
  serving(category: number): readonly number[] {
    return [...this.serves[category]];
  }

  // Facilities that answer to a category in a case.
  open(category: number, shown: number): number[] {
    const usable = new Set(this.usable[shown]);
    return [...this.serves[category]].filter((facility) => usable.has(facility));
  }

  // Everything that a click asks; null where no street lies near enough.
  here(at: LonLat, shown: number, minutes: readonly number[], people: (point: number) => number): Here | null {
    const router = this.router(shown);
    const joined = router.join(...at);
    if (!joined) return null;
    const limits = minutes.map(milliseconds);
    const most = Math.max(...limits);
    const byGroup = this.peopleAround(router, joined, limits, people);
    const times = router.facilityTimes(joined, most);
    const nearest = this.serves.flatMap((_, category) => {
      const reached = this.open(category, shown).filter((each) => times[each] !== NEVER);
      if (!reached.length) return [];
      const facility = reached.reduce((best, each) => (times[each] < times[best] ? each : best));
      const within = limits.map((limit) => reached.filter((each) => times[each] <= limit).length);
      const access = router.accessOf(facility);
      const way = wayTo(router.streets, router.search, joined, router.facilities, access);
      const entrance = this.content.networks[this.content.case[shown]].entrances[access];
      return [{ category, facility, ms: times[facility], within, way, entrance }];
    });
    return { joined, nearest, people: byGroup };
  }

  private peopleAround(
    router: Router,
    joined: Joined,
    limits: readonly number[],
    people: (point: number) => number,
  ): PeopleOf[] {
    const times = router.demandTimes([joined], Math.max(...limits));
    const sums = this.content.groups.map(() => limits.map(() => 0));
    times.forEach((ms, point) => {
      if (ms === NEVER) return;
      limits.forEach((limit, k) => {
        if (ms <= limit) sums[this.group[point]][k] += people(point);
      });
    });
    return sums.map((within, group) => ({ group, within })).filter(({ within }) => within.some((sum) => sum > 0));
  }
}
