// Places in the steps in which the map draws: the plane of Web Mercator, WORLD steps wide.

import type { LonLat } from "../streets/path";

export type Steps = readonly [x: number, y: number];

export const WORLD = 2 ** 27;

export function stepsOf([lon, lat]: LonLat): Steps {
  const y = (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
  return [((lon + 180) / 360) * WORLD, y * WORLD];
}
