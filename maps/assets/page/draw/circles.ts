// Circles of people: those left out in each polygon, and where the people are.

import { type Frame, WORLD_ZOOM, isOutside, pixelOf } from "./frame";
import type { Style } from "../core/content";
import type { Gap } from "../core/gaps";
import type { Model } from "../core/model";
import { circle } from "./pen";

const GAP_OPACITY = 0.82;

// The area of a circle goes with the people left out.
export function gapRadius(people: number, model: Model, zoom: number): number {
  const cell = model.usualWidth() * 2 ** (zoom - WORLD_ZOOM);
  const largest = Math.min(28, Math.max(2.5, cell / 2));
  return Math.max(0.8, largest * Math.sqrt(people / model.mostLeftOut));
}

export function drawGaps(
  model: Model,
  gaps: readonly Gap[],
  context: CanvasRenderingContext2D,
  frame: Frame,
): void {
  gaps.forEach((gap) => {
    const at = pixelOf(model.grids.centre, gap.grid, frame);
    const radius = gapRadius(gap.people, model, frame.zoom);
    if (!isOutside(at, frame, radius)) drawGap(context, at[0], at[1], radius, model.style);
  });
}

// Red on the paper of the circle is readable whatever lies below.
function drawGap(context: CanvasRenderingContext2D, x: number, y: number, radius: number, style: Style): void {
  circle(context, x, y, radius);
  context.fillStyle = style.halo;
  context.globalAlpha = GAP_OPACITY;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = style.gap;
  context.lineWidth = Math.min(1.7, 0.4 + radius / 8);
  context.stroke();
}

export function drawDemand(model: Model, context: CanvasRenderingContext2D, frame: Frame): void {
  if (!model.state.layers.demand) return;
  const scale = Math.min(1.6, Math.max(0.5, 2 ** ((frame.zoom - 15) / 2)));
  const { quietInk, halo } = model.style;
  context.beginPath();
  for (let i = 0; i < model.demand.count; i += 1) {
    const people = model.peopleAt(i);
    const at = pixelOf(model.demand, i, frame);
    if (!(people > 0) || isOutside(at, frame, 10)) continue;
    const radius = scale * Math.min(7, 1 + Math.sqrt(people) / 5);
    context.moveTo(at[0] + radius, at[1]);
    context.arc(at[0], at[1], radius, 0, 2 * Math.PI);
  }
  context.strokeStyle = halo;
  context.lineWidth = 1.4;
  context.stroke();
  context.fillStyle = quietInk;
  context.fill();
}
