// Where a canvas lies in the world, and from steps to its pixels.

import type { Box } from "./placing";
import type { Points, Shapes } from "../core/shapes";

export const WORLD_ZOOM = 19; // one step of a position is a pixel at this zoom

export type Pixel = readonly [x: number, y: number];

interface Extent {
  readonly x: number;
  readonly y: number;
}

// Edges in steps, pixels a step, and the part of the canvas that is in view, in its own pixels.
export interface Frame {
  readonly zoom: number;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
  readonly south: number;
  readonly view: Box;
}

// The origin is in pixels of the world at this zoom; the canvas reaches beyond the view by `room`.
export function frameOf(zoom: number, origin: Extent, size: Extent, room: Extent): Frame {
  const scale = 2 ** (zoom - WORLD_ZOOM);
  return {
    zoom,
    scale,
    width: size.x,
    height: size.y,
    west: origin.x / scale,
    north: origin.y / scale,
    east: (origin.x + size.x) / scale,
    south: (origin.y + size.y) / scale,
    view: [room.x, room.y, size.x - room.x, size.y - room.y],
  };
}

// Whether the box of a shape comes within a margin, in pixels, of the canvas.
export function touches({ box }: Shapes, i: number, frame: Frame, margin: number): boolean {
  const room = margin / frame.scale;
  return (
    box[4 * i] <= frame.east + room &&
    box[4 * i + 2] >= frame.west - room &&
    box[4 * i + 1] <= frame.south + room &&
    box[4 * i + 3] >= frame.north - room
  );
}

export function pixelOf({ x, y }: Points, i: number, frame: Frame): Pixel {
  return [(x[i] - frame.west) * frame.scale, (y[i] - frame.north) * frame.scale];
}

export function isOutside([x, y]: Pixel, frame: Frame, room: number): boolean {
  return x < -room || y < -room || x > frame.width + room || y > frame.height + room;
}
