// Two canvases: the base with the surfaces in it, and what changes with every selection above.

import { type Basemap, drawAbove, drawGround } from "./draw/basemap";
import type { CanvasLayers } from "./draw/canvas_layers";
import { drawCoverage, drawSelectedPolygon } from "./draw/coverage";
import type { Frame } from "./draw/frame";
import { drawHere } from "./draw/here";
import { drawNeeds } from "./draw/needs";
import type { Asking } from "./panel/asking";
import type { Marks } from "./draw/marks";
import type { Model } from "./core/model";
import { drawReach } from "./draw/reach";
import { onPaper } from "./draw/screen";
import { type Changed, isOtherChoice, isOtherComparison } from "./core/state";
import { type Draw, ViewLayer } from "./draw/view_layer";

export function addLayers(map: L.Map, model: Model, base: Basemap, marks: Marks, asking: Asking): CanvasLayers {
  const drawMarks: Draw = (context, frame) => {
    drawReach(model, context, frame);
    drawSelectedPolygon(model, context, frame);
    drawNeeds(model, context, frame);
    drawHere(model, context, frame, asking.drawing);
    marks.draw(context, frame);
  };
  const drawBase: Draw = (context, frame) => {
    drawGround(context, frame, base, model.style);
    drawCoverage(model, context, frame);
    drawAbove(context, frame, base, model.style);
  };
  const below = addLayer(map, "base", 210, (context, frame) => {
    if (onPaper()) fillLand(model, context, frame);
    drawBase(context, frame);
    if (onPaper()) drawMarks(context, frame);
  });
  const above = addLayer(map, "marks", 450, (context, frame) => {
    if (!onPaper()) drawMarks(context, frame);
  });
  model.onChange((changed) => {
    above.redraw();
    if (onPaper() || isOtherSurface(changed)) below.redraw();
  });
  return { below, above, drawn: { below: drawBase, above: drawMarks } };
}

function addLayer(map: L.Map, name: string, order: number, draw: Draw): ViewLayer {
  const pane = map.createPane(name);
  pane.style.zIndex = String(order);
  pane.style.pointerEvents = "none";
  return new ViewLayer(draw, { pane: name }).addTo(map);
}

// Printed, an empty canvas is white and hides what lies below it: paper has one canvas, filled.
function fillLand({ style }: Model, context: CanvasRenderingContext2D, frame: Frame): void {
  context.fillStyle = style.land;
  context.fillRect(0, 0, frame.width, frame.height);
}

function isOtherSurface(changed: Changed): boolean {
  return isOtherChoice(changed) || isOtherComparison(changed) || changed.has("kind") || changed.has("layers");
}
