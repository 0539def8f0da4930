import assert from "node:assert/strict";
import { test } from "node:test";

import { safeLink } from "../../../maps/assets/page/core/links";
import { placesNamed } from "../../../maps/assets/page/panel/finder";

test("only the web can be followed", () => {
  assert.equal(safeLink("https://example.com/a?b=<x>"), "https://example.com/a?b=%3Cx%3E");
  assert.equal(safeLink("HTTP://example.com"), "http://example.com/");
  assert.equal(safeLink("javascript:alert(1)"), null);
  assert.equal(safeLink(" data:text/html,x"), null);
  assert.equal(safeLink("example.com"), null);
});

test("a place is found by any part of its name", () => {
  assert.deepEqual(placesNamed(["North Clinic", null, "clinic", "School"], "CLINIC"), [0, 2]);
  assert.deepEqual(placesNamed(["邻里中心"], "中心"), [0]);
});
