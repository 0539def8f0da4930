// The sentence with the number that matters: which one is said, and what stands in it.

import type { Language, PolygonKind } from "./content";
import { type Values, about, bracketed, count, percent } from "./words";

export interface Total {
  readonly people: number;
  readonly covered: number;
  // Who gets there in time and for whom no room is known: a part of those not covered.
  readonly full: number;
}

// What is not known, and how many people it may add.
export interface Unknown {
  readonly roomUnknown: number;
  readonly hoursPlaces: number;
  readonly moreIfOpen: number;
  readonly roomPlaces: number;
  readonly moreIfRoom: number;
}

// How many of the nearest decide, and whether by their mean.
export interface Counting {
  readonly count: number;
  readonly mean: boolean;
}

export const NOTHING_UNKNOWN: Unknown = { roomUnknown: 0, hoursPlaces: 0, moreIfOpen: 0, roomPlaces: 0, moreIfRoom: 0 };

// What a headline is made of, for the choice shown.
export interface Facts {
  readonly language: Language;
  readonly total: Total | null;
  readonly unknown: Unknown;
  readonly counting: Counting;
  readonly gaps: number;
  readonly kind: PolygonKind | null;
  readonly who: string;
  // Whether the people were reckoned, not counted.
  readonly estimated: boolean;
  readonly category: string;
  readonly minutes: number;
  readonly profile: string;
  // Only where the map has several, so that it has to be said which.
  readonly hour: string | null;
  // Only where the map shows a plan that brings something.
  readonly plan: { readonly sites: number; readonly gained: number } | null;
}

export type Word = (key: string, values?: Values) => string;

export interface Headline {
  readonly template: string;
  readonly values: Values;
}

export function headlineOf(facts: Facts, word: Word): Headline {
  const { total } = facts;
  if (!total || !(total.people > 0)) return { template: word("headline_nobody"), values: {} };
  const values = valuesOf(facts, total, word);
  if (facts.plan) {
    const template = word(Math.round(total.full) > 0 ? "site_headline_room" : "site_headline");
    return { template, values: { ...values, ...planValues(facts, facts.plan, word) } };
  }
  return { template: word(sentenceFor(total, facts)) + beside(facts, word), values };
}

// The same choice of sentence as in geo/assessment/headline.py.
function sentenceFor({ people, covered, full }: Total, { gaps, unknown, counting, estimated }: Facts): string {
  if (Math.round(full) > 0) return Math.round(unknown.roomUnknown) > 0 ? "headline_room_unknown" : "headline_room";
  const many = isMean(counting) ? "_mean" : "";
  if (Math.round(people - covered) <= 0) return many || !estimated ? `headline${many}_all` : "headline_all_estimated";
  if (covered <= 0) return `headline${many}_none`;
  if (many) return "headline_mean";
  return gaps ? "headline" : "headline_no_place";
}

function isMean({ count: many, mean }: Counting): boolean {
  return mean && many > 1;
}

// What is said beside the number where something is not known.
function beside(facts: Facts, word: Word): string {
  const { hoursPlaces, moreIfOpen, roomPlaces, moreIfRoom } = facts.unknown;
  const said = (key: string, more: number, places: number): string =>
    Math.round(more) > 0 ? word(key, { more: numberOf(facts, more), places: count(places) }) : "";
  return said("more_if_open", moreIfOpen, hoursPlaces) + said("more_if_room", moreIfRoom, roomPlaces);
}

// The service, or several places of it where several decide.
function thing({ category, counting, total }: Facts, word: Word): string {
  const room = total !== null && Math.round(total.full) > 0;
  if (counting.count < 2 || (isMean(counting) && !room)) return category;
  return word(counting.mean ? "counting_mean" : "counting_each", { count: String(counting.count), category });
}

// A number of people, rounded where they were reckoned and not counted.
function numberOf({ estimated, language }: Facts, people: number): string {
  return estimated ? about(people, language) : count(people);
}

function valuesOf(facts: Facts, { people, covered, full }: Total, word: Word): Values {
  const hour = facts.hour === null ? "" : bracketed(facts.hour, facts.language);
  // In Chinese the hour stands before the profile, in a place of its own.
  const profile = hour && facts.language === "en" ? `${facts.profile} ${hour}` : facts.profile;
  const number = (value: number): string => numberOf(facts, value);
  return {
    share: percent(covered, people, facts.language),
    people: number(people),
    who: facts.who,
    category: thing(facts, word),
    count: String(facts.counting.count),
    full: number(full),
    minutes: String(facts.minutes),
    profile,
    hour,
    left: number(people - covered - full),
    gaps: placesWithGap(facts, word),
  };
}

function placesWithGap({ gaps, kind }: Facts, word: Word): string {
  return gaps && kind ? word(`${kind}_${gaps === 1 ? "one" : "many"}`, { n: count(gaps) }) : "";
}

function planValues(facts: Facts, { sites, gained }: { sites: number; gained: number }, word: Word): Values {
  return {
    sites: word(sites === 1 ? "site_one" : "site_many", { n: count(sites) }),
    gained: numberOf(facts, gained),
  };
}
