// Whether a name is what somebody types: as it is written, by its pinyin, or by the initials of its pinyin.

import { has } from "./words";

export type Readings = Readonly<Record<string, string>>;

// How well a name answers what is typed: 0 the best; null where it does not.
export function matchRank(name: string, typed: string, readings: Readings): number | null {
  const wanted = typed.trim().toLocaleLowerCase();
  if (!wanted) return null;
  const plain = name.toLocaleLowerCase();
  const at = plain.indexOf(wanted);
  if (at === 0) return plain.length === wanted.length ? 0 : 1;
  if (at > 0) return 2;
  const letters = wanted.replace(/[\s']/g, "");
  if (!/^[a-z0-9]+$/.test(letters)) return null;
  const signs = Array.from(plain);
  const from = signs.findIndex((_, k) => isReadFrom(signs, k, letters, 0, readings));
  return from < 0 ? null : from === 0 ? 3 : 4;
}

// Whether the letters from one on are the beginning of how the signs from one on are read: each sign by a whole
// reading of it or by its initial, the last one by any beginning of a reading.
function isReadFrom(
  signs: readonly string[],
  sign: number,
  letters: string,
  done: number,
  readings: Readings,
): boolean {
  if (done === letters.length) return true;
  if (sign === signs.length) return false;
  return readingsOf(signs[sign], readings).some((reading) => {
    const left = letters.slice(done);
    if (reading.startsWith(left)) return true;
    const parts = [...new Set([reading, initial(reading), reading.slice(0, 1)])];
    return parts.some(
      (part) => left.startsWith(part) && isReadFrom(signs, sign + 1, letters, done + part.length, readings),
    );
  });
}

function readingsOf(sign: string, readings: Readings): string[] {
  return has(readings, sign) ? readings[sign].split(" ") : [sign];
}

function initial(reading: string): string {
  return /^[zcs]h/.test(reading) ? reading.slice(0, 2) : reading.slice(0, 1);
}
