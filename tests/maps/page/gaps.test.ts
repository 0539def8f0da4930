import assert from "node:assert/strict";
import { test } from "node:test";

import { choiceKey, gapsByChoice, mostByKind } from "../../../maps/assets/page/core/gaps";

const WATER = { en: "water", zh: "水域" };
const TABLE = {
  choice: [[0, 0, 1], [0, 0, 1], [0, 0, 0], [0, 0, 1]],
  grid: [2, 0, 0, 1],
  cause: [-1, 0, -1, -1],
  causes: [WATER],
} as const;
const PEOPLE = Float32Array.of(30, 50, 70, 30);

test("the largest gaps come first, and of equal ones the first polygon", () => {
  const gaps = gapsByChoice(TABLE, PEOPLE).get(choiceKey([0, 0, 1]));
  assert.deepEqual(gaps, [
    { grid: 0, people: 50, cause: WATER },
    { grid: 1, people: 30, cause: null },
    { grid: 2, people: 30, cause: null },
  ]);
});

test("a choice without gaps has no list", () => {
  assert.equal(gapsByChoice(TABLE, PEOPLE).get("0,1,0"), undefined);
});

test("each kind of polygon has a scale of its own, over all choices", () => {
  const most = mostByKind(TABLE, PEOPLE, ["grid", "grid", "area"]);
  assert.deepEqual([...most], [["area", 30], ["grid", 70]]);
});
