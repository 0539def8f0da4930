import assert from "node:assert/strict";
import { test } from "node:test";

import { frameOf, isOutside, pixelOf, touches } from "../../../maps/assets/page/draw/frame";
import { inside, shapesOf } from "../../../maps/assets/page/core/shapes";
import { trace } from "../../../maps/assets/page/draw/trace";
import { shapeOf } from "./toy";

// A square of 40 with a square hole of 20 in its middle.
const RING = [[0, 0], [40, 0], [40, 40], [0, 40], [0, 0]] as const;
const HOLE = [[10, 10], [10, 30], [30, 30], [30, 10], [10, 10]] as const;

test("a hole is not inside", () => {
  const set = shapeOf(RING, HOLE);
  assert.equal(inside(set, 0, 5, 5), true);
  assert.equal(inside(set, 0, 20, 20), false);
  assert.equal(inside(set, 0, 35, 20), true);
  assert.equal(inside(set, 0, 41, 20), false);
  assert.equal(inside(set, 0, 20, -1), false);
});

test("the inlet of a U is not inside, though its box holds it", () => {
  const set = shapeOf([[0, 0], [30, 0], [30, 30], [20, 30], [20, 10], [10, 10], [10, 30], [0, 30], [0, 0]]);
  assert.equal(inside(set, 0, 15, 25), false);
  assert.equal(inside(set, 0, 5, 25), true);
  assert.equal(inside(set, 0, 15, 5), true);
});

test("a pixel is half a step one zoom level out", () => {
  const frame = frameOf(18, { x: 100, y: 50 }, { x: 400, y: 300 }, { x: 40, y: 30 });
  assert.equal(frame.scale, 0.5);
  assert.deepEqual([frame.west, frame.north, frame.east, frame.south], [200, 100, 1000, 700]);
  assert.deepEqual(frame.view, [40, 30, 360, 270]);
  const points = { x: Int32Array.of(210), y: Int32Array.of(140), count: 1 };
  assert.deepEqual(pixelOf(points, 0, frame), [5, 20]);
});

test("what lies beside the canvas is outside, but for a margin", () => {
  const frame = frameOf(19, { x: 0, y: 0 }, { x: 100, y: 100 }, { x: 0, y: 0 });
  assert.equal(isOutside([-5, 50], frame, 4), true);
  assert.equal(isOutside([-5, 50], frame, 5), false);
  const east = shapeOf([[110, 10], [120, 10], [120, 20], [110, 10]]);
  assert.equal(touches(east, 0, frame, 9), false);
  assert.equal(touches(east, 0, frame, 10), true);
});

test("vertices that nobody could see are left out, but the last", () => {
  const set = shapesOf(
    { x: Int32Array.of(0, 1, 2, 40, 41), y: new Int32Array(5), count: 5 },
    Int32Array.of(5),
    Int32Array.of(1),
  );
  const frame = frameOf(18, { x: 0, y: 0 }, { x: 100, y: 100 }, { x: 0, y: 0 });
  const said: string[] = [];
  const pen = {
    moveTo: (x: number, y: number) => said.push(`M${x},${y}`),
    lineTo: (x: number, y: number) => said.push(`L${x},${y}`),
    closePath: () => said.push("Z"),
  };
  trace(pen, set, 0, frame, false);
  // Half a pixel is too near, a whole one is not.
  assert.deepEqual(said, ["M0,0", "L1,0", "L20,0", "L20.5,0"]);
});
