// Answers of one traveller: times from and to a place, and the way between two places.

import type { NetworkContent, ReachContent } from "../core/content";
import type { Pack } from "../core/unpack";
import { Barriers } from "./barriers";
import { Joiner } from "./join";
import type { Joined } from "./joined";
import { type Direction, type Place, type Places, TimesTo, readPlaces, seedsOf } from "./places";
import { Search } from "./search";
import { type Streets, readStreets } from "./streets";

export class Router {
  readonly streets: Streets;
  readonly facilities: Places;
  readonly demand: Places;
  readonly search: Search;
  private readonly joiner: Joiner;
  private readonly toFacilities: TimesTo;
  private readonly toDemand: TimesTo;

  constructor(pack: Pack, number: number, content: NetworkContent, reach: ReachContent) {
    const name = `net${number}`;
    this.streets = readStreets(pack, name, content);
    this.facilities = readPlaces(pack, `${name}.facilities`, this.streets);
    this.demand = readPlaces(pack, `${name}.demand`, this.streets);
    this.search = new Search(this.streets.nodeCount);
    this.joiner = new Joiner(this.streets, new Barriers(pack, this.streets.mercator), reach.maxSnap);
    this.toFacilities = new TimesTo(this.streets, this.facilities);
    this.toDemand = new TimesTo(this.streets, this.demand);
  }

  join(lon: number, lat: number): Joined | null {
    return this.joiner.join(lon, lat);
  }

  // Milliseconds from a place to every facility, NEVER beyond the limit; overwritten by the next call.
  facilityTimes(place: Place, limit: number): Int32Array {
    this.run([place], "from", limit);
    return this.toFacilities.fill(this.search, [place], "from", limit);
  }

  // Milliseconds from every demand point to the nearest of some places.
  demandTimes(places: readonly Place[], limit: number): Int32Array {
    this.run(places, "to", limit);
    return this.toDemand.fill(this.search, places, "to", limit);
  }

  // The access point over which the last search reached a facility.
  accessOf(facility: number): number {
    return this.toFacilities.over[facility];
  }

  private run(places: readonly Place[], direction: Direction, limit: number): void {
    const { outward, inward } = this.streets;
    const seeds = places.flatMap((place) => seedsOf(this.streets, place, direction));
    this.search.run(direction === "from" ? outward : inward, seeds, limit);
  }
}
