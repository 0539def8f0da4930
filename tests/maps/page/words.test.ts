import assert from "node:assert/strict";
import { test } from "node:test";

import { changeColour, classLimits, coverageColour, onLand } from "../../../maps/assets/page/core/colours";
import { roundBelow, shortNumber, ticks } from "../../../maps/assets/page/core/ticks";
import { widthAt } from "../../../maps/assets/page/draw/widths";
import { about, bracketed, count, fill, parts, percent, shortened } from "../../../maps/assets/page/core/words";

test("a share is never 100 or 0 while somebody is left out or in", () => {
  const said = (part: number, whole: number): string => percent(part, whole, "en").replace("\u00a0", " ");
  assert.equal(said(2, 3), "67 %");
  assert.equal(said(9_999, 10_000), "99.9 %");
  assert.equal(said(995, 1000), "99.5 %");
  assert.equal(said(1, 10_000), "0.1 %");
  assert.equal(said(5, 5), "100 %");
  assert.equal(said(0, 5), "0 %");
  assert.equal(said(0, 0), "–");
});

test("Chinese has no space before the sign, and brackets of its own", () => {
  assert.equal(percent(1, 2, "zh"), "50%");
  assert.equal(bracketed("中午", "zh"), "（中午）");
  assert.equal(bracketed("at noon", "en"), "(at noon)");
});

test("reckoned people have two digits", () => {
  assert.equal(about(57_587, "en"), "about 58,000");
  assert.equal(about(57_587, "zh"), "约5.8万");
  assert.equal(about(1_234_567, "zh"), "约120万");
  assert.equal(about(4_250, "zh"), "约4,300");
  assert.equal(about(7, "zh"), "约7");
});

test("people are whole, with their thousands apart", () => {
  assert.equal(count(57_586.6), "57,587");
  assert.equal(count(0.4), "0");
});

test("a template keeps what nobody has a value for", () => {
  assert.equal(fill("{n} of {all} {n}", { n: "3" }), "3 of {all} 3");
  assert.equal(fill("{toString}", {}), "{toString}");
});

test("a value with braces in it is not filled in again", () => {
  assert.equal(fill("{a}{b}", { a: "{b}", b: "x" }), "{b}x");
});

test("parts know which value they are", () => {
  assert.deepEqual(parts("{share} of {people}.", { share: "80 %", people: "150" }).filter(({ text }) => text), [
    { text: "80 %", key: "share" },
    { text: " of ", key: null },
    { text: "150", key: "people" },
    { text: ".", key: null },
  ]);
});

test("a long name is cut by letters, not in the middle of one", () => {
  assert.equal(shortened("🏠🏠🏠🏠", 3), "🏠🏠…");
  assert.equal(shortened("four", 4), "four");
});

test("circles of a legend stand for round numbers", () => {
  assert.deepEqual([7, 1999, 50, 49, 1, 0.3].map(roundBelow), [5, 1000, 50, 20, 1, 1]);
});

test("an axis begins at zero, or near the curve where that lies high", () => {
  assert.deepEqual(ticks(10, 100), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(ticks(960, 1000), [960, 970, 980, 990, 1000]);
});

test("numbers along an axis are short", () => {
  assert.deepEqual([71_724, 1_234_567, 999, 0.5, 0].map(shortNumber), ["71.72k", "1.23M", "999", "0.5", "0"]);
});

test("widths grow by ratio between the zooms they are given for", () => {
  const widths = [1, 4, 8, 16, 32];
  assert.deepEqual([9, 11, 12, 13, 14, 19, 21].map((zoom) => Math.round(widthAt(widths, zoom) * 1000) / 1000), [
    1, 1, 2, 4, 5.657, 32, 32,
  ]);
});

test("a share on a limit has the colour above it", () => {
  const scale = { colours: ["a", "b", "c"], limits: [0.2, 0.6], opacity: 1 };
  const colours = [0, 0.19, 0.2, 0.6, 1].map((share) => coverageColour(share, null, scale));
  assert.deepEqual(colours, ["a", "a", "b", "c", "c"]);
});

test("classes end at the share that is wanted", () => {
  const scale = { colours: ["a", "b", "c", "d", "e"], limits: [0.2, 0.4, 0.6, 0.8], opacity: 1 };
  assert.deepEqual(classLimits(0.85, scale), [0.21, 0.43, 0.64, 0.85]);
  assert.equal(coverageColour(0.85, 0.85, scale), "e");
  assert.equal(coverageColour(0.849, 0.85, scale), "d");
});

test("a change that nobody notices has no colour", () => {
  const scale = { limits: [0.01, 0.1, 0.3], colours: { less: ["l1", "l2", "l3"], more: ["m1", "m2", "m3"] } };
  const changes = [0, 0.009, -0.01, 0.1, 0.5, -0.29];
  assert.deepEqual(changes.map((each) => changeColour(each, scale)), [null, null, "l1", "m2", "m3", "l2"]);
});

test("a translucent colour is mixed with the land", () => {
  assert.equal(onLand("#ff0000", 0.5, "#0000ff"), "rgb(128,0,128)");
  assert.equal(onLand("#102030", 1, "#ffffff"), "rgb(16,32,48)");
});
