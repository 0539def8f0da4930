// Coverage by polygon, and the outline of the polygon selected.

import { changeColour, coverageColour } from "../core/colours";
import { type Frame, touches } from "./frame";
import type { Model } from "../core/model";
import { stroke } from "./pen";
import { onPaper } from "./screen";
import { trace } from "./trace";

const THINNEST_EDGE = 0.3;

// With a divider the other case lies beyond it.
export function drawCoverage(model: Model, context: CanvasRenderingContext2D, frame: Frame): void {
  if (!model.state.layers.coverage) return;
  eachCase(model, context, frame, () => {
    drawPolygons(model, context, frame);
  });
}

// Draws what is shown once, or on both sides of the divider each case on its own; paper has no divider.
export function eachCase(model: Model, context: CanvasRenderingContext2D, frame: Frame, draw: () => void): void {
  if (model.state.compare !== "swipe" || onPaper()) {
    draw();
    return;
  }
  const [west, , east] = frame.view;
  const at = west + (east - west) * model.state.divider;
  const part = (from: number, to: number, drawPart: () => void): void => {
    context.save();
    context.beginPath();
    context.rect(from, 0, to - from, frame.height);
    context.clip();
    drawPart();
    context.restore();
  };
  part(0, at, draw);
  part(at, frame.width, () => {
    model.asIf({ case: model.state.other }, draw);
  });
}

function drawPolygons(model: Model, context: CanvasRenderingContext2D, frame: Frame): void {
  const shown = polygonsShown(model, frame);
  const edge = edgeWidth(model, shown, frame);
  context.strokeStyle = model.style.land;
  context.lineWidth = edge;
  // One path for thousands of polygons takes seconds to fill; one for each takes a moment.
  shown.forEach((grid) => {
    const path = new Path2D();
    trace(path, model.grids.set, grid, frame, true);
    fillByShare(model, context, path, grid);
    if (edge >= THINNEST_EDGE) context.stroke(path);
  });
}

export function polygonsShown(model: Model, frame: Frame): number[] {
  const { set, kind } = model.grids;
  return [...kind.keys()].filter((i) => kind[i] === model.state.kind && touches(set, i, frame, 2));
}

// The smaller the polygons, the thinner what parts them.
function edgeWidth({ grids }: Model, shown: readonly number[], frame: Frame): number {
  const { box } = grids.set;
  const width = shown.reduce((sum, i) => sum + (box[4 * i + 2] - box[4 * i]) * frame.scale, 0);
  return Math.min(1.2, width / shown.length / 40);
}

function fillByShare(model: Model, context: CanvasRenderingContext2D, path: Path2D, grid: number): void {
  const colour = polygonColour(model, grid);
  if (colour === null) return;
  context.fillStyle = colour;
  context.globalAlpha = model.style.coverage.opacity;
  context.fill(path);
  context.globalAlpha = 1;
}

// The colour of one polygon for what is shown; null where it has none.
export function polygonColour(model: Model, grid: number): string | null {
  const { style, state, category } = model;
  if (state.compare === "change") {
    const change = model.change(grid);
    return change === null ? null : changeColour(change, style.change);
  }
  const share = model.figure(grid)?.share ?? null;
  return share === null ? null : coverageColour(share, category.target, style.coverage);
}

export function drawSelectedPolygon(model: Model, context: CanvasRenderingContext2D, frame: Frame): void {
  const { grid } = model.state;
  if (grid < 0) return;
  const path = new Path2D();
  trace(path, model.grids.set, grid, frame, true);
  context.lineJoin = "round";
  stroke(context, path, model.style.halo, 5);
  stroke(context, path, model.style.accent, 2.5);
}
