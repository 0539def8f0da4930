import assert from "node:assert/strict";
import { test } from "node:test";

import { type Facts, NOTHING_UNKNOWN, headlineOf } from "../../../maps/assets/page/core/headline";
import { type Values, fill } from "../../../maps/assets/page/core/words";

const WORDS: Values = {
  headline: "{share} of {people} {who} reach {category} within {minutes} min {profile}; {left} in {gaps} do not.",
  headline_no_place: "{share} of {people} {who} reach {category}; {left} do not.",
  headline_all: "All {people} {who}.",
  headline_all_estimated: "All of {people} {who}.",
  headline_none: "None of {people} {who}.",
  headline_nobody: "Nobody.",
  headline_mean: "For {share} the {count} nearest of {category} on average; for {left} not.",
  headline_mean_none: "For none the {count} nearest of {category}.",
  headline_room: "{share} of {category}. {full} find it full; {left} do not reach it.",
  headline_room_unknown: "{share}. {full} full or unknown; {left} do not.",
  counting_each: "at least {count} places of {category}",
  more_if_open: " Another {more} if {places} are open.",
  site_headline: "With {sites}, {share}: {gained} more. {left} do not.",
  site_headline_room: "With {sites}, {share}: {gained} more. {full} find it full; {left} do not.",
  grid_one: "one grid cell",
  grid_many: "{n} grid cells",
  area_many: "{n} areas",
  site_one: "one new site",
  site_many: "{n} new sites",
};

const FACTS: Facts = {
  language: "en",
  total: { people: 1500, covered: 1200, full: 0 },
  unknown: NOTHING_UNKNOWN,
  counting: { count: 1, mean: false },
  gaps: 1,
  kind: "grid",
  who: "residents",
  estimated: false,
  category: "a clinic",
  minutes: 15,
  profile: "on foot",
  hour: null,
  plan: null,
};

function said(changes: Partial<Facts>): string {
  const { template, values } = headlineOf({ ...FACTS, ...changes }, (key, given) => fill(WORDS[key], given ?? {}));
  return fill(template, values).replace("\u00a0", " ");
}

test("who does not reach it, and in how many places", () => {
  const start = "80 % of 1,500 residents reach a clinic within 15 min on foot; 300 in";
  assert.equal(said({}), `${start} one grid cell do not.`);
  assert.equal(said({ gaps: 1200, kind: "area" }), `${start} 1,200 areas do not.`);
});

test("places are not named where there are none", () => {
  assert.equal(said({ gaps: 0 }), "80 % of 1,500 residents reach a clinic; 300 do not.");
  assert.equal(said({ gaps: 0, kind: null }), "80 % of 1,500 residents reach a clinic; 300 do not.");
});

test("all, none and nobody are said as such", () => {
  assert.equal(said({ total: { people: 10, covered: 9.6, full: 0 } }), "All 10 residents.");
  assert.equal(said({ total: { people: 10, covered: 0, full: 0 } }), "None of 10 residents.");
  assert.equal(said({ total: { people: 0, covered: 0, full: 0 } }), "Nobody.");
  assert.equal(said({ total: null }), "Nobody.");
});

test("where capacity limits, covered, full and not reached are three numbers that add up", () => {
  const total = { people: 100, covered: 40, full: 50 };
  assert.equal(said({ total }), "40 % of a clinic. 50 find it full; 10 do not reach it.");
  const unknown = { ...NOTHING_UNKNOWN, roomUnknown: 20 };
  assert.equal(said({ total, unknown }), "40 %. 50 full or unknown; 10 do not.");
});

test("what is not known is said beside the number", () => {
  const unknown = { ...NOTHING_UNKNOWN, hoursPlaces: 3, moreIfOpen: 120 };
  assert.match(said({ unknown }), /do not\. Another 120 if 3 are open\.$/);
});

test("a service that counts many has sentences of its own", () => {
  const mean = { count: 20, mean: true };
  assert.equal(said({ counting: mean }), "For 80 % the 20 nearest of a clinic on average; for 300 not.");
  const total = { people: 9, covered: 0, full: 0 };
  assert.equal(said({ counting: mean, total }), "For none the 20 nearest of a clinic.");
  const each = { count: 2, mean: false };
  assert.match(said({ counting: each }), /reach at least 2 places of a clinic within/);
});

test("the hour is said where there are several: behind the profile, or in Chinese in its own place", () => {
  assert.match(said({ hour: "at noon" }), /min on foot \(at noon\);/);
  const { values } = headlineOf({ ...FACTS, language: "zh", profile: "步行", hour: "中午" }, (key) => WORDS[key]);
  assert.equal(values["hour"], "（中午）");
  assert.equal(values["profile"], "步行");
});

test("reckoned people are about so many", () => {
  const start = "80 % of about 1,500 residents reach a clinic; about";
  assert.equal(said({ gaps: 0, estimated: true }), `${start} 300 do not.`);
  const total = { people: 57_587, covered: 10_000, full: 0 };
  assert.match(said({ gaps: 0, estimated: true, total }), /^17 % of about 58,000 .* about 48,000 do not\.$/);
  assert.equal(said({ estimated: true, total: { people: 30, covered: 30, full: 0 } }), "All of about 30 residents.");
  const { values } = headlineOf({ ...FACTS, language: "zh", estimated: true, total }, (key) => WORDS[key]);
  assert.equal(values["people"], "约5.8万");
});

test("a plan says what it brings", () => {
  assert.equal(said({ plan: { sites: 1, gained: 20 } }), "With one new site, 80 %: 20 more. 300 do not.");
  assert.equal(said({ plan: { sites: 3, gained: 20 } }), "With 3 new sites, 80 %: 20 more. 300 do not.");
});

test("a plan with room says apart who finds none", () => {
  assert.equal(
    said({ plan: { sites: 1, gained: 20 }, total: { people: 1500, covered: 1200, full: 100 } }),
    "With one new site, 80 %: 20 more. 100 find it full; 200 do not.",
  );
});
