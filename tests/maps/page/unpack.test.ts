import assert from "node:assert/strict";
import { test } from "node:test";

import { starts } from "../../../maps/assets/page/core/shapes";
import { open, varints } from "../../../maps/assets/page/core/unpack";
// Written by maps/page/packing.py: tests/maps/page/test_scripts.py says of what.
import toy from "./toy_pack.txt";

test("seven bits a byte, the lowest first, even positive and odd negative", () => {
  // 2, 3, 300 and 299 in LEB128: 300 is 0b10_0101100, 299 is 0b10_0101011.
  const bytes = Uint8Array.of(0x02, 0x03, 0xac, 0x02, 0xab, 0x02);
  assert.deepEqual([...varints(bytes, 4)], [1, -2, 150, -150]);
});

test("the widest number that a position can be", () => {
  // 2 ** 28 = 1 << 28: five groups, the last of them 1.
  assert.deepEqual([...varints(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x01), 1)], [2 ** 27]);
});

test("runs begin where the ones before them end", () => {
  assert.deepEqual([...starts(Int32Array.of(3, 0, 2))], [0, 3, 3, 5]);
  assert.deepEqual([...starts(new Int32Array(0))], [0]);
});

test("what Python packed comes back", async () => {
  const pack = await open(toy);
  assert.equal(pack.content.title, "Toy 玩具");
  assert.deepEqual([...pack.wholeNumbers("numbers")], [0, -1, 1, 63, -64, 300, -70_000, 2 ** 27]);
  assert.deepEqual([...pack.decimals("decimals")], [1.5, NaN, -0.25]);
});

test("positions are sums of their steps", async () => {
  const { x, y, count } = (await open(toy)).positions("points");
  assert.deepEqual([...x], [10, 13, 0]);
  assert.deepEqual([...y], [20, 18, 0]);
  assert.equal(count, 3);
});

test("shapes have their rings, and a missing one has none", async () => {
  const set = (await open(toy)).shapes("shapes");
  assert.equal(set.count, 3);
  assert.deepEqual([...set.shape], [0, 2, 2, 3]);
  // Two rings of four corners, closed, and a line of three.
  assert.deepEqual([...set.ring], [0, 5, 10, 13]);
  assert.deepEqual([...set.x.slice(10)], [5, 9, 9]);
  assert.deepEqual([...set.y.slice(10)], [7, 7, 12]);
  assert.deepEqual([...set.box.slice(0, 4)], [0, 0, 40, 30]);
  assert.deepEqual([...set.box.slice(8)], [5, 7, 9, 12]);
});
