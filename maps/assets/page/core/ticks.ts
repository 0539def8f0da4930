// Round numbers for axes and legends.

import { count } from "./words";

// A round number not above the value, 1, 2 or 5 times a power of ten.
export function roundBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return roundDigit(value, power, 0) * power || 1;
}

function roundDigit(value: number, power: number, otherwise: number): number {
  return [5, 2, 1].find((digit) => digit * power <= value) ?? otherwise;
}

// Round steps: from zero, or from the last step below where the whole curve lies high above it.
export function ticks(least: number, most: number): number[] {
  const high = least > 0.6 * most;
  const step = roundStep((high ? most - least : most) / 2.5, least + most);
  const all = [];
  const first = high ? step * Math.floor(least / step) : 0;
  for (let value = first; value <= most + 0.001 * step; value += step) all.push(value);
  return all;
}

function roundStep(wanted: number, whole: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(wanted, whole / 1e4, 1e-3)));
  return roundDigit(wanted, power, 1) * power;
}

// 71,724 as 71.72k: the axis has little room, and the exact number stands at the point.
export function shortNumber(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
  return value >= 100 ? count(value) : String(Number(value.toPrecision(3)));
}
