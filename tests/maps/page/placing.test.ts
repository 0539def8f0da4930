import assert from "node:assert/strict";
import { test } from "node:test";

import {
  type Box,
  Taken,
  around,
  boxOfNumber,
  isUncut,
  overlap,
  placeSymbols,
  spotsBeside,
} from "../../../maps/assets/page/draw/placing";
import { numbers } from "./toy";

test("boxes that only touch do not overlap", () => {
  const middle: Box = [10, 10, 20, 20];
  const beside: Box[] = [[0, 10, 10, 20], [20, 10, 30, 20], [10, 0, 20, 10], [10, 20, 20, 30]];
  assert.deepEqual(beside.map((box) => overlap(middle, box)), [false, false, false, false]);
  assert.equal(overlap([0, 0, 10, 10], [9, 9, 20, 20]), true);
});

test("a place is taken in every cell that its box reaches into", () => {
  const taken = new Taken();
  taken.add([40, 40, 200, 60]);
  assert.equal(taken.isFree([190, 50, 195, 55]), false);
  assert.equal(taken.isFree([100, 61, 120, 80]), true);
  assert.equal(taken.isFree([-500, -500, -400, -400]), true);
});

test("asking by cells finds what asking every box finds", () => {
  const next = numbers(7);
  const taken = new Taken();
  const kept: Box[] = [];
  for (let k = 0; k < 500; k += 1) {
    const box = around(next() * 600 - 100, next() * 600 - 100, 2 + next() * 40);
    const isFree = !kept.some((other) => overlap(other, box));
    assert.equal(taken.isFree(box), isFree);
    if (isFree) {
      taken.add(box);
      kept.push(box);
    }
  }
  assert.ok(kept.length > 20);
});

test("words are never cut by the edge of the view", () => {
  const view: Box = [0, 0, 100, 100];
  assert.equal(isUncut([10, 10, 90, 20], view), true);
  assert.equal(isUncut([-1, 10, 50, 20], view), false);
  assert.equal(isUncut([60, 95, 90, 101], view), false);
  assert.equal(isUncut([-60, 10, -5, 20], view), true);
});

test("a name stands right, left, below or above its symbol, and never on it", () => {
  // A symbol of 20 around (100, 50): its name begins 4 pixels beside it.
  const spots = spotsBeside(100, 50, 20, 60);
  assert.deepEqual(spots.map(({ box }) => box), [
    [114, 42, 174, 58],
    [26, 42, 86, 58],
    [70, 62, 130, 78],
    [70, 22, 130, 38],
  ]);
  assert.deepEqual(spots.map(({ align }) => align), ["left", "right", "center", "center"]);
  spots.forEach(({ box }) => {
    assert.equal(overlap(box, around(100, 50, 10)), false);
  });
});

test("a number stands in the middle of its circle", () => {
  assert.deepEqual(boxOfNumber(50, 40, 20), [38, 32, 62, 48]);
});

test("of two symbols in one place the first stays and the second becomes a dot", () => {
  const candidates = [
    { i: 4, x: 50, y: 50, size: 20 },
    { i: 2, x: 55, y: 50, size: 20 },
    { i: 9, x: 90, y: 50, size: 20 },
  ];
  const { placed, crowded } = placeSymbols(candidates, -1, new Taken());
  assert.deepEqual(placed.map(({ i }) => i), [4, 9]);
  assert.deepEqual(crowded.map(({ i }) => i), [2]);
});

test("what is selected is a symbol however crowded its place is", () => {
  const candidates = [{ i: 4, x: 50, y: 50, size: 20 }, { i: 2, x: 52, y: 50, size: 20 }];
  assert.deepEqual(placeSymbols(candidates, 2, new Taken()).crowded, []);
});

test("a symbol too small to be told from a dot is one", () => {
  assert.equal(placeSymbols([{ i: 0, x: 5, y: 5, size: 9.9 }], -1, new Taken()).placed.length, 0);
  assert.equal(placeSymbols([{ i: 0, x: 5, y: 5, size: 10 }], -1, new Taken()).placed.length, 1);
});

test("of a crowd no symbol and no name covers another", () => {
  const next = numbers(3);
  const candidates = Array.from({ length: 300 }, (_, i) => ({
    i, x: next() * 800, y: next() * 600, size: 12 + next() * 20,
  }));
  const taken = new Taken();
  const { placed, crowded } = placeSymbols(candidates, -1, taken);
  const names: Box[] = [];
  placed.forEach(({ x, y, size }) => {
    const spot = spotsBeside(x, y, size, 30 + next() * 80).find(({ box }) => taken.isFree(box));
    if (!spot) return;
    taken.add(spot.box);
    names.push(spot.box);
  });
  // Symbols may come a little nearer than their boxes, never as near as their middles.
  const all = [...placed.map(({ x, y, size }) => around(x, y, size * 0.42)), ...names];
  assert.ok(placed.length > 50 && crowded.length > 50 && names.length > 20);
  all.forEach((box, k) => {
    assert.ok(!all.slice(k + 1).some((other) => overlap(box, other)), `${box.join()} is covered`);
  });
});
