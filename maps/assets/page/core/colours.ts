// Colours that are reckoned: the step of a scale, and a translucent colour as it looks on the land.

import type { ChangeStyle, CoverageStyle } from "./content";

// Where the classes begin: even steps, or steps up to the share that the study wants.
export function classLimits(target: number | null, { limits }: CoverageStyle): readonly number[] {
  if (target === null) return limits;
  return limits.map((_, k) => Math.round((100 * target * (k + 1)) / limits.length) / 100);
}

export function coverageColour(share: number, target: number | null, style: CoverageStyle): string {
  return style.colours[classOf(share, classLimits(target, style))];
}

// A share just below a limit that is written as a whole percent does not reach it.
function classOf(share: number, limits: readonly number[]): number {
  const place = limits.findIndex((limit) => share < limit);
  return place < 0 ? limits.length : place;
}

// Of a difference of shares; nothing for one that nobody would notice.
export function changeColour(change: number, { colours, limits }: ChangeStyle): string | null {
  const size = Math.abs(change);
  if (size < limits[0]) return null;
  const place = limits.filter((limit) => size >= limit).length - 1;
  return colours[change < 0 ? "less" : "more"][place];
}

// Whether white words stand out better than dark ones.
export function isDark(hex: string): boolean {
  const [red, green, blue] = channels(hex);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 120;
}

export function onLand(colour: string, opacity: number, land: string): string {
  const below = channels(land);
  const mixed = channels(colour).map((value, k) => Math.round(value * opacity + below[k] * (1 - opacity)));
  return `rgb(${mixed.join()})`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
