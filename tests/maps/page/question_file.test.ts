import assert from "node:assert/strict";
import { test } from "node:test";

import { questionText } from "../../../maps/assets/page/core/question_file";

test("whole numbers stay whole, fractions have no exponent, lists and texts are quoted", () => {
  const question = { name: 'say "站"\n\x7f', new: 3, minutes: 7.5, budget: 1e-7, cover: "95%", keep: ["a", "b c"] };
  assert.equal(
    questionText(question),
    '[[site]]\nname = "say \\"站\\"\\n\\u007f"\nnew = 3\nminutes = 7.5\nbudget = 0.0000001\ncover = "95%"\n' +
      'keep = ["a", "b c"]\n',
  );
});
