import assert from "node:assert/strict";
import { test } from "node:test";

import { frameOf } from "../../../maps/assets/page/draw/frame";
import { boxesAlong, placesOn, stretchesOf, uprightAngle } from "../../../maps/assets/page/draw/stretches";
import { shapeOf } from "./toy";

const FRAME = frameOf(19, { x: 0, y: 0 }, { x: 1000, y: 1000 }, { x: 0, y: 0 });

test("a street is parted where it turns", () => {
  // 100 to the east in two pieces, then 60 to the south.
  const set = shapeOf([[0, 0], [50, 0], [100, 0], [100, 60]]);
  assert.deepEqual(stretchesOf(set, 0, FRAME, 10), [
    { from: [0, 0], to: [100, 0], length: 100 },
    { from: [100, 0], to: [100, 60], length: 60 },
  ]);
});

test("a stretch shorter than the name is none", () => {
  const set = shapeOf([[0, 0], [50, 0], [100, 0], [100, 60]]);
  assert.equal(stretchesOf(set, 0, FRAME, 61).length, 1);
  assert.equal(stretchesOf(set, 0, FRAME, 101).length, 0);
});

test("one name stands in the middle, two stand at the quarters", () => {
  assert.deepEqual(placesOn({ from: [0, 0], to: [400, 0], length: 400 }), [[200, 0]]);
  assert.deepEqual(placesOn({ from: [0, 0], to: [0, 840], length: 840 }), [[0, 210], [0, 630]]);
});

test("no name is upside down", () => {
  const angle = (x: number, y: number): number => uprightAngle({ from: [0, 0], to: [x, y], length: 1 });
  assert.equal(angle(10, 0), 0);
  assert.equal(angle(-10, 0), 0);
  assert.ok(Math.abs(angle(-10, -10) - Math.PI / 4) < 1e-9);
  assert.equal(angle(0, -10), Math.PI / 2);
});

test("boxes along a name keep its whole length", () => {
  // 36 pixels in steps of 9: five middles from -18 to 18, each box 8 to every side.
  const boxes = boxesAlong([100, 50], 0, 36);
  assert.deepEqual(boxes.map(([west]) => west), [74, 83, 92, 101, 110]);
  assert.deepEqual(boxes[4], [110, 42, 126, 58]);
});
