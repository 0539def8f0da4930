// How far one gets from the stations: bands of minutes, filled or as lines.

import { drawn } from "../core/dom";
import { type Frame, touches } from "./frame";
import type { Model } from "../core/model";
import { contextOf, stroke } from "./pen";
import { trace } from "./trace";

const BAND_OPACITY = [0.42, 0.26, 0.15, 0.1];
const DASHES = [[], [7, 4], [2, 4], [1, 5]];
const MARGIN = 4;

// All polygons of one number of minutes.
interface Band {
  readonly minutes: number;
  readonly path: Path2D;
}

export function drawReach(model: Model, context: CanvasRenderingContext2D, frame: Frame): void {
  const { selected, layers } = model.state;
  if (layers.isochrones) drawAll(model, context, frame);
  if (selected < 0) return;
  strokeBands(model, context, bands(model, frame, (facility) => facility === selected), 2.2);
}

// Two fills over one another would make colours that no legend explains: over coverage it is lines.
function drawAll(model: Model, context: CanvasRenderingContext2D, frame: Frame): void {
  const all = bands(model, frame, (facility) => model.standing(facility) === "open");
  if (!isLined(model)) fillBands(model, context, all);
  else if (model.state.selected < 0) outlineBands(model, context, all);
}

export function isLined({ state, content }: Model): boolean {
  return state.layers.coverage && content.figures.length > 0;
}

// The longest first, so that the shorter ones lie above.
function bands(model: Model, frame: Frame, isWanted: (facility: number) => boolean): Band[] {
  const { set, facility, minutes, case: cases } = model.isochrones;
  const paths = new Map<number, Path2D>();
  for (let i = 0; i < set.count; i += 1) {
    if (cases[i] !== model.state.case || !isWanted(facility[i]) || !touches(set, i, frame, MARGIN)) continue;
    const path = paths.get(minutes[i]) ?? new Path2D();
    paths.set(minutes[i], path);
    trace(path, set, i, frame, true);
  }
  return [...paths].map(([each, path]) => ({ minutes: each, path })).sort((a, b) => b.minutes - a.minutes);
}

// All minutes for which there are isochrones, the shortest first.
export function reachMinutes({ isochrones }: Model): number[] {
  return [...new Set(isochrones.minutes)].sort((a, b) => a - b);
}

function bandOf(model: Model, minutes: number): number {
  return Math.min(reachMinutes(model).indexOf(minutes), DASHES.length - 1);
}

export function bandOpacity(model: Model, minutes: number): number {
  return BAND_OPACITY[bandOf(model, minutes)];
}

// Bands lie side by side, never one over another: each is cut out of the longer one first.
function fillBands(model: Model, context: CanvasRenderingContext2D, all: readonly Band[]): void {
  const sheet = document.createElement("canvas");
  sheet.width = context.canvas.width;
  sheet.height = context.canvas.height;
  const draw = contextOf(sheet);
  draw.setTransform(context.getTransform());
  draw.fillStyle = model.style.accent;
  all.forEach(({ minutes, path }) => {
    draw.globalCompositeOperation = "destination-out";
    draw.globalAlpha = 1;
    draw.fill(path);
    draw.globalCompositeOperation = "source-over";
    draw.globalAlpha = bandOpacity(model, minutes);
    draw.fill(path);
  });
  context.save();
  context.resetTransform();
  context.drawImage(sheet, 0, 0);
  context.restore();
}

// The outline of all together: what lies within one of them is wiped away.
function outlineBands(model: Model, context: CanvasRenderingContext2D, all: readonly Band[]): void {
  const sheet = document.createElement("canvas");
  sheet.width = context.canvas.width;
  sheet.height = context.canvas.height;
  const draw = contextOf(sheet);
  all.forEach((band) => {
    draw.setTransform(context.getTransform());
    draw.globalCompositeOperation = "source-over";
    strokeBands(model, draw, [band], 2.6);
    draw.globalCompositeOperation = "destination-out";
    draw.fill(band.path);
    context.save();
    context.resetTransform();
    context.drawImage(sheet, 0, 0);
    context.restore();
    draw.resetTransform();
    draw.clearRect(0, 0, sheet.width, sheet.height);
  });
}

function strokeBands(
  model: Model,
  context: CanvasRenderingContext2D,
  all: readonly Band[],
  width: number,
): void {
  all.forEach(({ minutes, path }) => {
    context.globalAlpha = 0.7;
    stroke(context, path, model.style.halo, width + 2);
    context.globalAlpha = 1;
    stroke(context, path, model.style.accent, width, DASHES[bandOf(model, minutes)]);
  });
  context.setLineDash([]);
}

// A short piece of the line that stands for a number of minutes.
export function lineSample(model: Model, minutes: number): SVGElement {
  return drawn("svg", { viewBox: "0 0 26 6", width: 26, height: 6, "aria-hidden": "true" }, drawn("line", {
    x1: 0, y1: 3, x2: 26, y2: 3, stroke: model.style.accent, "stroke-width": 2.2,
    "stroke-dasharray": DASHES[bandOf(model, minutes)].join(" "),
  }));
}
