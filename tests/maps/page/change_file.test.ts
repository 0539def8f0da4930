import assert from "node:assert/strict";
import { test } from "node:test";

import { changeText } from "../../../maps/assets/page/core/change_file";

test("names are quoted as TOML wants them and degrees have seven places", () => {
  const open = { id: "a", category: "clinic", lon: 121.5, lat: 1e-7 };
  assert.equal(
    changeText({ name: 'say "站"\n\x7f', open }),
    'name = "say \\"站\\"\\n\\u007f"\n\n[[open]]\nid = "a"\ncategory = "clinic"\nlon = 121.5000000\nlat = 0.0000001\n',
  );
});
