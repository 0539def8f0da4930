// Cases of the ledgers, as numbers in the polygons shown; a point where the number is kept back.

import { type Frame, isOutside, pixelOf } from "./frame";
import type { Model } from "../core/model";
import { count } from "../core/words";
import { circle } from "./pen";

const RADIUS = 13;
const POINT = 3;

export function drawNeeds(model: Model, context: CanvasRenderingContext2D, frame: Frame): void {
  const { needs } = model.content;
  if (!needs || !model.state.layers.needs) return;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = "600 12px system-ui, sans-serif";
  needs.grid.forEach((grid, row) => {
    if (model.grids.kind[grid] !== model.state.kind) return;
    const at = pixelOf(model.grids.centre, grid, frame);
    if (isOutside(at, frame, RADIUS)) return;
    const raised = needs.raised[row];
    circle(context, at[0], at[1], raised === null ? POINT : RADIUS);
    context.fillStyle = model.style.accent;
    context.fill();
    if (raised === null) return;
    context.fillStyle = "#fff";
    context.fillText(count(raised), at[0], at[1]);
  });
}
