// The scale of what is shown: a round number of metres for a bar, and one to how many on paper.

import { roundBelow } from "../core/ticks";

const PIXEL_METRES = 0.0254 / 96; // a pixel of a style sheet, on paper
const EQUATOR_METRES = 2 * Math.PI * 6378137;
const WORLD_STEPS = 2 ** 27;

function metresPerPixel(map: L.Map): number {
  const { y } = map.getSize();
  const from = map.containerPointToLatLng([0, y / 2]);
  const to = map.containerPointToLatLng([100, y / 2]);
  return map.distance(from, to) / 100;
}

// A bar of a round number of metres, not longer than so many pixels.
export function metresOf(map: L.Map, most: number): { readonly metres: number; readonly pixels: number } {
  const each = metresPerPixel(map);
  const metres = roundBelow(each * most);
  return { metres, pixels: metres / each };
}

// One to how many, in two digits.
export function numericScale(map: L.Map): number {
  return twoDigits(metresPerPixel(map) / PIXEL_METRES);
}

// The same of a map that is drawn at so many pixels a step, at the middle of its bounds.
export function numericScaleAt(
  pixelsPerStep: number,
  [, south, , north]: readonly [number, number, number, number],
): number {
  const metresPerStep = (Math.cos((Math.PI * (south + north)) / 360) * EQUATOR_METRES) / WORLD_STEPS;
  return twoDigits(metresPerStep / pixelsPerStep / PIXEL_METRES);
}

function twoDigits(exact: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 1);
  return Math.round(exact / step) * step;
}

export function lengthOf(metres: number): string {
  return metres >= 1000 ? `${String(metres / 1000)} km` : `${String(metres)} m`;
}
