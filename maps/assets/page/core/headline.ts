// The sentence with the number that matters: which one is said, and what stands in it.

import type { Language, PolygonKind } from "./content";
import { type Values, about, bracketed, count, percent } from "./words";

export interface Total {
  readonly people: number;
  readonly covered: number;
}

// What a headline is made of, for the choice shown.
export interface Facts {
  readonly language: Language;
  readonly total: Total | null;
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
    return { template: word("site_headline"), values: { ...values, ...planValues(facts, facts.plan, word) } };
  }
  return { template: word(sentenceFor(total, facts)), values };
}

function sentenceFor({ people, covered }: Total, { gaps, estimated }: Facts): string {
  if (Math.round(people - covered) <= 0) return estimated ? "headline_all_estimated" : "headline_all";
  if (covered <= 0) return "headline_none";
  return gaps ? "headline" : "headline_no_place";
}

function valuesOf(facts: Facts, { people, covered }: Total, word: Word): Values {
  const hour = facts.hour === null ? "" : bracketed(facts.hour, facts.language);
  // In Chinese the hour stands before the profile, in a place of its own.
  const profile = hour && facts.language === "en" ? `${facts.profile} ${hour}` : facts.profile;
  return {
    share: percent(covered, people, facts.language),
    people: facts.estimated ? about(people, facts.language) : count(people),
    who: facts.who,
    category: facts.category,
    minutes: String(facts.minutes),
    profile,
    hour,
    left: facts.estimated ? about(people - covered, facts.language) : count(people - covered),
    gaps: placesWithGap(facts, word),
  };
}

function placesWithGap({ gaps, kind }: Facts, word: Word): string {
  return gaps && kind ? word(`${kind}_${gaps === 1 ? "one" : "many"}`, { n: count(gaps) }) : "";
}

function planValues(facts: Facts, { sites, gained }: { sites: number; gained: number }, word: Word): Values {
  return {
    sites: word(sites === 1 ? "site_one" : "site_many", { n: count(sites) }),
    gained: facts.estimated ? about(gained, facts.language) : count(gained),
  };
}
