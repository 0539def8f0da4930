// What is drawn of a trial: the gain, the polygons that change, the streets from which a pin is reached.

import { type Bands, catchment, drawCatchment } from "../draw/catchment";
import { drawChanged } from "../draw/changed";
import type { Frame } from "../draw/frame";
import { drawGain } from "../draw/gain";
import { onPaper } from "../draw/screen";
import { ViewLayer } from "../draw/view_layer";
import { milliseconds } from "../streets/search";
import { isEmpty } from "../core/draft";
import type { Desk } from "./desk";
import type { Gain } from "./best";

const ORDER = 420; // above the base, below the marks

export function addTryingLayer(map: L.Map, desk: Desk, gain: Gain): ViewLayer {
  const pane = map.createPane("trying");
  pane.style.zIndex = String(ORDER);
  pane.style.pointerEvents = "none";
  const layer = new ViewLayer((context, frame) => {
    if (desk.trying.isOpen && !onPaper()) drawTrying(desk, gain, context, frame);
  }, { pane: "trying" }).addTo(map);
  const redraw = (): void => {
    layer.redraw();
  };
  desk.onChange(redraw);
  desk.model.onChange(redraw);
  return layer;
}

function drawTrying(desk: Desk, gain: Gain, context: CanvasRenderingContext2D, frame: Frame): void {
  const { model, answers } = desk;
  const people = desk.trying.gain ? gain.layer() : null;
  if (people) drawGain(context, frame, model.style, answers.router(model.state.case).streets, people);
  const bands = bandsOf(desk);
  if (bands) drawCatchment(context, frame, model.style, bands);
  const outcome = isEmpty(desk.draft) && !desk.dragged ? null : desk.outcome();
  if (outcome) drawChanged(model, context, frame, outcome.polygons);
}

// Of the pin that is dragged or chosen; null where there is none, or no street near it.
function bandsOf(desk: Desk): Bands | null {
  const { dragged, pin, draft, model, answers } = desk;
  const row = [...draft.open, ...draft.move].find(({ id }) => id === pin);
  const joined = dragged?.joined ?? (row ? desk.places.join([row.lon, row.lat]) : null);
  if (!joined || (dragged && !dragged.joined)) return null;
  const limits = model.content.minutes.filter((each) => each <= model.minutes).map(milliseconds);
  const router = answers.router(model.state.case);
  router.demandTimes([joined], Math.max(...limits));
  return catchment(router.streets, router.search, joined, limits);
}
