import assert from "node:assert/strict";
import { test } from "node:test";

import { Mercator } from "../../../maps/assets/page/streets/mercator";
import { NEVER, Search } from "../../../maps/assets/page/streets/search";
import type { Arcs } from "../../../maps/assets/page/streets/streets";
import { numbers } from "./toy";

test("the projection is that of PROJ, near and far from its middle", () => {
  // +proj=tmerc +lon_0=24.9 +lat_0=60.2 of PROJ 9.
  const [x, y] = new Mercator(24.9, 60.2).project(24.9384, 60.1699);
  assert.ok(Math.hypot(x - 2131.7237886299104, y + 3352.984590519607) < 1e-7);
  const [farX, farY] = new Mercator(24.9, 60.2).project(26.5, 61.0);
  assert.ok(Math.hypot(farX - 86566.00572197473, farY - 90195.17572241086) < 1e-6);
});

// Arcs of a graph that looks random, two from every node.
function arcs(nodes: number): Arcs {
  const next = numbers(3);
  const pick = (most: number): number => Math.floor(next() * most);
  return {
    start: Int32Array.from({ length: nodes + 1 }, (_, n) => 2 * n),
    head: Int32Array.from({ length: 2 * nodes }, () => pick(nodes)),
    ms: Int32Array.from({ length: 2 * nodes }, () => 1 + pick(100)),
    edge: new Int32Array(2 * nodes),
  };
}

test("times are those of Bellman and Ford, within the limit and no farther", () => {
  const nodes = 200;
  const graph = arcs(nodes);
  const expected = new Float64Array(nodes).fill(Infinity);
  expected[5] = 7;
  for (let round = 0; round < nodes; round += 1) {
    for (let a = 0; a < 2 * nodes; a += 1) {
      const through = expected[a >> 1] + graph.ms[a];
      expected[graph.head[a]] = Math.min(expected[graph.head[a]], through);
    }
  }
  const search = new Search(nodes);
  for (const limit of [0, 150, 1e6]) {
    search.run(graph, [{ node: 5, ms: 7 }], limit);
    assert.deepEqual([...search.time], [...expected].map((ms) => (ms <= limit ? ms : NEVER)));
  }
});
