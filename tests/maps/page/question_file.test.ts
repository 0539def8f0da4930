import assert from "node:assert/strict";
import { test } from "node:test";

import { type Question, type Value, questionText } from "../../../maps/assets/page/question/file";

test("whole numbers stay whole, fractions have no exponent, lists, texts and labels are quoted", () => {
  const question: Question = new Map<string, Value>([
    ["name", 'say "站"\n\x7f'], ["new", 3], ["minutes", 7.5], ["budget", 1e-7], ["cover", "95%"],
    ["keep", ["a", "b c"]], ["phases", [2, 1]], ["areas_first", false],
    ["group_weights", new Map([["老 人", 2], ["a.b", 0.5]])],
  ]);
  assert.equal(
    questionText(question),
    '[[site]]\nname = "say \\"站\\"\\n\\u007f"\nnew = 3\nminutes = 7.5\nbudget = 0.0000001\ncover = "95%"\n' +
      'keep = ["a", "b c"]\nphases = [2, 1]\nareas_first = false\ngroup_weights = { "老 人" = 2, "a.b" = 0.5 }\n',
  );
});
