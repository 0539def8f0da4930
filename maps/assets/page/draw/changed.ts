// The polygons in which people are gained or lost, each with how many.

import type { Model } from "../core/model";
import { count } from "../core/words";
import { type Frame, touches } from "./frame";
import { stroke } from "./pen";
import { trace } from "./trace";

const SOMEBODY = 0.5; // people: less is nobody once it is rounded
const FONT = 12; // pixels
const NARROWEST = 34; // pixels of a polygon in which a number stands

export function changedPolygons(model: Model, people: Float64Array): number[] {
  const { kind } = model.grids;
  return [...people.keys()]
    .filter((i) => kind[i] === model.state.kind && Math.abs(people[i]) >= SOMEBODY)
    .sort((a, b) => Math.abs(people[b]) - Math.abs(people[a]) || a - b);
}

export function signed(value: number): string {
  return `${value > 0 ? "+" : "−"}${count(Math.abs(value))}`;
}

export function drawChanged(
  model: Model,
  context: CanvasRenderingContext2D,
  frame: Frame,
  people: Float64Array,
): void {
  const { set, centre } = model.grids;
  const { style } = model;
  const shown = changedPolygons(model, people).filter((i) => touches(set, i, frame, 2));
  context.lineJoin = "round";
  shown.forEach((i) => {
    const path = new Path2D();
    trace(path, set, i, frame, true);
    const colour = people[i] > 0 ? style.accent : style.gap;
    context.globalAlpha = 0.16;
    context.fillStyle = colour;
    context.fill(path);
    context.globalAlpha = 1;
    stroke(context, path, colour, 2, people[i] > 0 ? [] : [5, 3]);
  });
  context.font = `600 ${FONT}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  shown.forEach((i) => {
    if ((set.box[4 * i + 2] - set.box[4 * i]) * frame.scale < NARROWEST) return;
    const [x, y] = [(centre.x[i] - frame.west) * frame.scale, (centre.y[i] - frame.north) * frame.scale];
    context.strokeStyle = style.halo;
    context.lineWidth = 3.6;
    context.strokeText(signed(people[i]), x, y + FONT);
    context.fillStyle = people[i] > 0 ? style.accent : style.gap;
    context.fillText(signed(people[i]), x, y + FONT);
  });
}
