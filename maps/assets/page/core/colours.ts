// Colours that are reckoned: the step of a scale, and a translucent colour as it looks on the land.

import type { CoverageStyle } from "./content";

export function coverageColour(share: number, { colours, limits }: CoverageStyle): string {
  const place = limits.findIndex((limit) => share < limit);
  return colours[place < 0 ? limits.length : place];
}

export function onLand(colour: string, opacity: number, land: string): string {
  const below = channels(land);
  const mixed = channels(colour).map((value, k) => Math.round(value * opacity + below[k] * (1 - opacity)));
  return `rgb(${mixed.join()})`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
