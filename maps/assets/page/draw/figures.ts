// What stands in the polygons: the people left out as a figure on a plate, and the name; circles where the polygons
// are too small for figures.

import { isDark } from "../core/colours";
import type { Gap } from "../core/gaps";
import type { Model } from "../core/model";
import { count, percent, signedPoints, twoDigits } from "../core/words";
import { polygonColour, polygonsShown } from "./coverage";
import { type Frame, pixelOf } from "./frame";
import type { Lettering } from "./lettering";
import { type Box, overlap } from "./placing";

const FIGURE_SIZE = 12.5;
const NAME_SIZE = 11;
const PLATE_HEIGHT = 18;
const PLATE_MARGIN = 5;
export const PLATE_WIDTH = 40; // pixels a figure of four digits takes
const LINE = 13;
const SURE = 3; // so many of the largest have their figure whatever else wants the place
const NAMES_FROM = 52; // pixels: narrower polygons have no names

interface Cell {
  readonly grid: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Plate {
  readonly text: string;
  readonly box: Box;
}

interface Name {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly ground: string;
}

export interface Figures {
  readonly plates: readonly Plate[];
  readonly names: readonly Name[];
  // Those for which there is no room for figures.
  readonly circles: readonly Gap[];
}

// Finds the places; drawn they are by `drawFigures`, above the symbols.
export function placeFigures(model: Model, lettering: Lettering, sure = SURE): Figures {
  const { frame } = lettering;
  const plates = new Map<number, Plate>();
  const circles: Gap[] = [];
  if (model.state.layers.gaps && model.state.compare !== "change") {
    model.gaps().forEach((gap, rank) => {
      const people = count(model.isEstimated ? twoDigits(gap.people) : gap.people);
      const plate = placePlate(lettering, cellOf(model, gap.grid, frame), people, rank < sure);
      if (plate) plates.set(gap.grid, plate);
      else circles.push(gap);
    });
  }
  const names = model.state.layers.coverage ? placeNames(model, lettering, plates) : [];
  return { plates: [...plates.values()], names, circles };
}

function cellOf(model: Model, grid: number, frame: Frame): Cell {
  const { box } = model.grids.set;
  const [x, y] = pixelOf(model.grids.centre, grid, frame);
  const width = (box[4 * grid + 2] - box[4 * grid]) * frame.scale;
  const height = (box[4 * grid + 3] - box[4 * grid + 1]) * frame.scale;
  return { grid, x, y, width, height };
}

// In the middle if that is free, else above, below or beside it within the polygon.
function placePlate(lettering: Lettering, cell: Cell, text: string, isSure: boolean): Plate | null {
  lettering.setFont(FIGURE_SIZE, true);
  const width = lettering.widthOf(text) + 2 * PLATE_MARGIN;
  const fits = width + 2 <= cell.width && PLATE_HEIGHT + 2 <= cell.height;
  if (!fits && !isSure) return null;
  const right = Math.max(0, (cell.width - width) / 2 - 3);
  const down = Math.max(0, (cell.height - PLATE_HEIGHT) / 2 - 3);
  const shifts = [
    [0, 0], [0, 0.5], [0, -0.5], [0, 1], [0, -1], [1, 0], [-1, 0], [1, 1], [-1, 1], [1, -1], [-1, -1],
  ] as const;
  const boxes = shifts.map(([dx, dy]) => boxAround(cell.x + dx * right, cell.y + dy * down, width, PLATE_HEIGHT));
  const free = boxes.find((box) => lettering.hasRoom(box));
  const box = free ?? (isSure || fits ? boxes[0] : null);
  if (!box) return null;
  lettering.taken.add(box);
  return { text, box };
}

function boxAround(x: number, y: number, width: number, height: number): Box {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

function placeNames(model: Model, lettering: Lettering, plates: ReadonlyMap<number, Plate>): Name[] {
  const { frame } = lettering;
  lettering.setFont(NAME_SIZE);
  return polygonsShown(model, frame).flatMap((grid) => {
    const cell = cellOf(model, grid, frame);
    if (cell.width < NAMES_FROM) return [];
    const more = plates.has(grid) ? [] : shareLines(model, grid);
    const lines = [...linesOf(lettering, model.grids.name[grid], cell.width - 8), ...more];
    const spot = lines.length ? spotFor(lettering, cell, lines, plates.get(grid)?.box ?? null) : null;
    if (!spot) return [];
    return [{ lines, x: cell.x, y: spot, ground: polygonColour(model, grid) ?? model.style.land }];
  });
}

// The figure of a polygon in which nobody is left out, or of what has changed there.
function shareLines(model: Model, grid: number): string[] {
  const { state } = model;
  if (state.compare === "change") {
    const change = model.change(grid);
    return change === null ? [] : [signedPoints(change)];
  }
  const figure = model.figure(grid);
  return figure && figure.share !== null ? [percent(figure.covered, figure.people, state.language)] : [];
}

// A name in one line, or in two where it names two streets; nothing where it does not fit.
function linesOf(lettering: Lettering, name: string, width: number): string[] {
  if (lettering.widthOf(name) <= width) return [name];
  const found = /^(.*?(?:—| –)) ?(.*)$/.exec(name);
  const lines = found ? [found[1], found[2]] : [];
  return found && lines.every((line) => lettering.widthOf(line) <= width) ? lines : [];
}

// The height at which the first line stands: above the figure, else below it; null where there is no room.
function spotFor(lettering: Lettering, cell: Cell, lines: readonly string[], plate: Box | null): number | null {
  const height = lines.length * LINE;
  const width = Math.max(...lines.map((line) => lettering.widthOf(line)));
  const top = cell.y - cell.height / 2 + 2;
  const bottom = cell.y + cell.height / 2 - 2;
  const tops = plate ? [plate[1] - height - 2, plate[3] + 2] : [cell.y - height / 2, top + 2, bottom - height - 2];
  for (const from of tops) {
    const box: Box = [cell.x - width / 2, from, cell.x + width / 2, from + height];
    const isWithin = from >= top && from + height <= bottom;
    if (isWithin && lettering.hasRoom(box) && !(plate && overlap(box, plate))) {
      lettering.taken.add(box);
      return from + LINE / 2;
    }
  }
  return null;
}

export function drawFigures(lettering: Lettering, { plates, names }: Figures): void {
  const { context, style } = lettering;
  lettering.setFont(NAME_SIZE);
  context.textAlign = "center";
  names.forEach(({ lines, x, y, ground }) => {
    const ink = isDark(ground) ? style.halo : style.ink;
    lines.forEach((line, k) => {
      lettering.writeOn(ground, line, [x, y + k * LINE], ink);
    });
  });
  lettering.setFont(FIGURE_SIZE, true);
  context.textBaseline = "middle";
  plates.forEach(({ text, box: [west, north, east, south] }) => {
    context.fillStyle = style.halo;
    context.beginPath();
    roundedBox(context, [west, north, east, south], 4);
    context.fill();
    context.strokeStyle = style.gap;
    context.lineWidth = 1;
    context.stroke();
    context.fillStyle = style.gap;
    context.fillText(text, (west + east) / 2, (north + south) / 2 + 0.5);
  });
}

function roundedBox(context: CanvasRenderingContext2D, [west, north, east, south]: Box, radius: number): void {
  context.moveTo(west + radius, north);
  context.arcTo(east, north, east, south, radius);
  context.arcTo(east, south, west, south, radius);
  context.arcTo(west, south, west, north, radius);
  context.arcTo(west, north, east, north, radius);
  context.closePath();
}
