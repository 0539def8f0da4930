// The polygons in which people are gained or lost, each with how many.

import type { Model } from "../core/model";
import { SOMEBODY, count } from "../core/words";
import { type Frame, touches } from "./frame";
import { stroke } from "./pen";
import { trace } from "./trace";

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
  const { set } = model.grids;
  const { style } = model;
  const shown = changedPolygons(model, people).filter((i) => touches(set, i, frame, 2));
  context.lineJoin = "round";
  shown.forEach((i) => {
    const path = new Path2D();
    trace(path, set, i, frame, true);
    const dash = people[i] > 0 ? [] : [6, 3];
    stroke(context, path, style.halo, 5);
    stroke(context, path, people[i] > 0 ? style.accent : style.gap, 2.4, dash);
  });
  context.font = `600 ${FONT}px ${getComputedStyle(document.body).fontFamily}`;
  shown.forEach((i) => {
    if ((set.box[4 * i + 2] - set.box[4 * i]) * frame.scale < NARROWEST) return;
    write(context, signed(people[i]), spotOf(model, i, frame), [people[i] > 0 ? style.accent : style.gap, style.halo]);
  });
}

// In the corner of a grid, of which the middle is taken by its own figures; below the middle of an area.
function spotOf({ grids }: Model, i: number, { west, north, scale }: Frame): readonly [x: number, y: number] {
  const { set, centre, kind } = grids;
  const [x, y] =
    kind[i] === "grid" ? [set.box[4 * i + 2], set.box[4 * i + 3]] : [centre.x[i], centre.y[i]];
  const [right, down] = kind[i] === "grid" ? [-5, -FONT * 0.9] : [FONT * 1.5, FONT * 2];
  return [(x - west) * scale + right, (y - north) * scale + down];
}

function write(
  context: CanvasRenderingContext2D,
  text: string,
  [x, y]: readonly [number, number],
  [colour, halo]: readonly [string, string],
): void {
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.strokeStyle = halo;
  context.lineWidth = 3.6;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
