import assert from "node:assert/strict";
import { test } from "node:test";

import { readDraft } from "../../../maps/assets/page/core/draft";

test("a change file of as many rows as the program takes is read whole, and rows beyond are counted", () => {
  const close = Array.from({ length: 5002 }, (_, k) => ({ id: `stations:${String(k)}` }));
  assert.equal(readDraft({ close: close.slice(0, 5000) })?.draft.close.length, 5000);
  const read = readDraft({ close: [...close, { name: "no id" }] });
  assert.deepEqual([read?.draft.close.length, read?.refused], [5000, 3]);
});
