// The basemap: the ground below the data, water, buildings and streets above them.

import type { Style } from "../core/content";
import { type Frame, touches } from "./frame";
import { stroke } from "./pen";
import type { Shapes } from "../core/shapes";
import { trace, traceAll } from "./trace";
import type { Pack } from "../core/unpack";
import { widthAt } from "./widths";

const BUILDINGS_FROM = 15;
const SQUARES_FROM = 15;
const RAIL_FROM = 12;
const SLEEPERS_FROM = 14;
const CASING_FROM = 1.6; // pixels: thinner streets are a single line
const MARGIN = 30;

const WATERWAY_WIDTHS = [0.6, 1, 2, 4, 9];
const RAIL_WIDTHS = [0.5, 0.8, 1.4, 2.6, 4];

export interface Streets {
  readonly set: Shapes;
  readonly rank: Int32Array;
  readonly name: Int32Array;
  readonly tunnel: Int32Array;
  readonly names: readonly string[];
}

export interface Basemap {
  readonly green: Shapes;
  readonly water: Shapes;
  readonly waterways: Shapes;
  readonly rail: Shapes;
  readonly buildings: Shapes;
  readonly squares: Shapes;
  readonly streets: Streets;
}

export function readBasemap(pack: Pack): Basemap {
  return {
    green: pack.shapes("green"),
    water: pack.shapes("water"),
    waterways: pack.shapes("waterways"),
    rail: pack.shapes("rail"),
    buildings: pack.shapes("buildings"),
    squares: pack.shapes("squares"),
    streets: {
      set: pack.shapes("streets"),
      rank: pack.wholeNumbers("streets.rank"),
      name: pack.wholeNumbers("streets.name"),
      tunnel: pack.wholeNumbers("streets.tunnel"),
      names: pack.content.streetNames,
    },
  };
}

export function drawGround(context: CanvasRenderingContext2D, frame: Frame, base: Basemap, style: Style): void {
  fill(context, base.green, frame, style.green);
}

export function drawAbove(context: CanvasRenderingContext2D, frame: Frame, base: Basemap, style: Style): void {
  context.lineJoin = "round";
  drawWater(context, frame, base, style);
  if (frame.zoom >= BUILDINGS_FROM) fill(context, base.buildings, frame, style.building, style.buildingEdge);
  drawRail(context, frame, base, style);
  drawStreets(context, frame, base, style);
}

function fill(context: CanvasRenderingContext2D, set: Shapes, frame: Frame, colour: string, edge?: string): void {
  const path = new Path2D();
  traceAll(path, set, frame, true);
  context.fillStyle = colour;
  context.fill(path, "evenodd");
  if (edge === undefined) return;
  context.strokeStyle = edge;
  context.lineWidth = 0.6;
  context.stroke(path);
}

function drawWater(context: CanvasRenderingContext2D, frame: Frame, base: Basemap, style: Style): void {
  fill(context, base.water, frame, style.water);
  context.lineCap = "round";
  const lines = new Path2D();
  traceAll(lines, base.waterways, frame, false);
  stroke(context, lines, style.water, Math.max(0.8, widthAt(WATERWAY_WIDTHS, frame.zoom)));
}

function drawRail(context: CanvasRenderingContext2D, frame: Frame, base: Basemap, style: Style): void {
  if (frame.zoom < RAIL_FROM) return;
  const lines = new Path2D();
  traceAll(lines, base.rail, frame, false);
  context.lineCap = "butt";
  const width = widthAt(RAIL_WIDTHS, frame.zoom);
  stroke(context, lines, style.rail, width);
  if (frame.zoom >= SLEEPERS_FROM) stroke(context, lines, style.street, width * 0.55, [5, 5]);
  context.setLineDash([]);
}

// The streets of one rank, as wide as they are drawn at this zoom.
interface Rank {
  readonly path: Path2D;
  readonly tunnels: Path2D;
  readonly width: number;
  readonly isFootpath: boolean;
}

function drawStreets(context: CanvasRenderingContext2D, frame: Frame, base: Basemap, style: Style): void {
  const ranks = ranksShown(base.streets, frame, style);
  ranks.forEach((rank) => {
    drawEdges(context, rank, frame, style);
  });
  if (frame.zoom >= SQUARES_FROM) fill(context, base.squares, frame, style.square);
  context.lineCap = "round";
  ranks.forEach(({ path, width, isFootpath }) => {
    if (!isFootpath && width >= CASING_FROM) stroke(context, path, style.street, width);
  });
}

// The narrowest first, so that wider streets lie above them; without those it is too early for.
function ranksShown({ set, rank, tunnel }: Streets, frame: Frame, style: Style): Rank[] {
  const ranks = style.streets.map((street, place) => ({
    isShown: frame.zoom >= street.from,
    path: new Path2D(),
    tunnels: new Path2D(),
    width: widthAt(street.widths, frame.zoom),
    isFootpath: place === style.pathRank,
  }));
  for (let i = 0; i < set.count; i += 1) {
    const { isShown, path, tunnels } = ranks[rank[i]];
    if (isShown && touches(set, i, frame, MARGIN)) trace(tunnel[i] ? tunnels : path, set, i, frame, false);
  }
  return ranks.filter(({ isShown }) => isShown).reverse();
}

// What is seen at the sides of a street: its casing, or the whole of it where it is only a line.
function drawEdges(context: CanvasRenderingContext2D, rank: Rank, frame: Frame, style: Style): void {
  const { path, tunnels, width, isFootpath } = rank;
  context.lineCap = "butt";
  stroke(context, tunnels, style.casing, Math.max(0.5, Math.min(width, 3)), [4, 4]);
  context.lineCap = isFootpath ? "butt" : "round";
  if (isFootpath) stroke(context, path, style.path, width, frame.zoom >= 16 ? [3, 2] : []);
  else stroke(context, path, style.casing, width >= CASING_FROM ? width + 1.2 : Math.max(0.5, width));
}
