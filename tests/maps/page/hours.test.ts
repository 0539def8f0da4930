import assert from "node:assert/strict";
import { test } from "node:test";

import { isOpen } from "../../../maps/assets/page/core/hours";

// At how many of the 168 full hours of a week it is open; null where the page does not tell.
function openHours(hours: string): number | null {
  const all = Array.from({ length: 168 }, (_, hour) => isOpen(hours, [Math.floor(hour / 24), 60 * (hour % 24)]));
  return all.includes(null) ? null : all.filter(Boolean).length;
}

test("it is open as long as layers/hours/opening.py has it in a week without holidays", () => {
  const known: [hours: string, open: number][] = [
    ["24/7", 168],
    ["Mo-Fr 08:00-12:00,13:00-17:00", 40],
    ["Mo-Fr 08:00-20:00; We off", 48],
    ["Mo-Su 08:00-20:00; PH off", 84],
    ["Mo 08:00-20:00; Tu-We 9:00-17:00", 28],
    ["Fr-Mo 22:00-02:00", 16],
    ["Mo,PH 08:00-12:00", 4],
    ["PH off", 0],
    ["Mo-Fr", 120],
    ["Mo-Fr 08:00-24:00", 80],
    ["Mo-Fr 20:00-26:00", 30],
    ["Mo-Fr 08:00-08:00", 120],
    ["Mo-Fr 08:00-12:00,10:00-14:00", 30],
  ];
  known.forEach(([hours, open]) => {
    assert.equal(openHours(hours), open, hours);
  });
});

test("an evening that lasts beyond midnight is still open the next day, on Monday too", () => {
  const at = ([day, hour]: readonly [number, number]): boolean | null => isOpen("Su 22:00-02:00", [day, 60 * hour]);
  assert.deepEqual(([[6, 21], [6, 22], [0, 1], [0, 2]] as const).map(at), [false, true, true, false]);
});

test("what only the program can tell is left to it", () => {
  // Tuesday's own rule ends Monday's night at midnight.
  const more = ["Mo 22:00-03:00; Tu 10:00-12:00", "sunrise-sunset", "Mo[1] 09:00-10:00", "Xy 9:00-10:00", "9-10", ""];
  for (const hours of more) {
    assert.equal(openHours(hours), null, hours);
  }
});
