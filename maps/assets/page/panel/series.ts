// A small map of each service, all at one scale, each with its share and the people left out.

import { element } from "../core/dom";
import type { Model } from "../core/model";
import { percent } from "../core/words";
import type { CanvasLayers } from "../draw/canvas_layers";
import { drawGaps } from "../draw/circles";
import { drawFigures, placeFigures } from "../draw/figures";
import { type Frame, WORLD_ZOOM, frameOf } from "../draw/frame";
import { toSteps } from "../draw/latlng";
import { Lettering } from "../draw/lettering";
import { contextOf } from "../draw/pen";
import { density } from "../draw/screen";
import { coverageLegend } from "./legend";
import { partsBar, partsKeys } from "./overview";
import { numericScaleAt } from "./scale";

const MOST = 24;
const CAPTION = 46; // pixels above each map
const GAP = 12;
const FILLED = 0.96; // of its frame that the study takes

interface Shown {
  readonly category: number;
  readonly minutes: number;
  readonly canvas: HTMLCanvasElement;
}

export class Series {
  readonly root = element("div", { class: "sheet-series" });

  constructor(
    private readonly model: Model,
    private readonly drawn: CanvasLayers["drawn"],
  ) {}

  get isPossible(): boolean {
    return this.model.content.categories.length > 1 && this.model.content.totals.length > 0;
  }

  // What the standard asks for, or all where it asks for nothing, each at its own minutes.
  private choices(): readonly { category: number; minutes: number }[] {
    const { content } = this.model;
    const all = content.categories.map((each, category) => ({ each, category }));
    const asked = all.filter(({ each }) => each.byStandard);
    return (asked.length ? asked : all)
      .map(({ category }) => ({ category, minutes: this.model.usualMinutes(category) }))
      .filter(({ category, minutes }) => this.model.totalOf([this.model.state.case, category, minutes]))
      .slice(0, MOST);
  }

  legend(): Element[] {
    return [...coverageLegend(this.model), ...partsKeys(this.model)];
  }

  // Draws all maps into the room that the root has; returns the scale of each, one to how many.
  draw(): number {
    const { root, model } = this;
    const choices = this.choices();
    const { clientWidth: wide, clientHeight: high } = root;
    const columns = columnsFor(choices.length, wide, high, model);
    const rows = Math.ceil(choices.length / columns);
    root.style.gridTemplateColumns = `repeat(${String(columns)}, 1fr)`;
    const width = Math.floor((wide - GAP * (columns - 1)) / columns);
    const height = Math.floor((high - GAP * (rows - 1)) / rows) - CAPTION;
    const shown = choices.map((choice): Shown => ({ ...choice, canvas: element("canvas") }));
    root.replaceChildren(...shown.map((each) => this.figure(each)));
    const frame = frameFor(model, width, height);
    shown.forEach((each) => {
      this.paint(each, frame);
    });
    return numericScaleAt(frame.scale, model.content.bounds);
  }

  private figure({ category, minutes, canvas }: Shown): HTMLElement {
    const { model } = this;
    const { name, target } = model.content.categories[category];
    const total = model.totalOf([model.state.case, category, minutes]);
    const limit = model.word("minutes_unit", { n: String(model.content.minutes[minutes]) });
    const left = total ? total.people - total.covered : 0;
    const share = total ? percent(total.covered, total.people, model.state.language) : "";
    const words = model.word("left_out", { n: model.people(left) });
    return element(
      "figure",
      {},
      element(
        "figcaption",
        {},
        element("p", {}, element("b", {}, model.say(name)), element("span", {}, limit)),
        element("p", {}, element("strong", {}, share), element("span", { class: "left" }, words)),
        total && partsBar(model, total, target),
      ),
      canvas,
    );
  }

  private paint({ category, minutes, canvas }: Shown, frame: Frame): void {
    const { model } = this;
    const ratio = density();
    canvas.width = Math.round(frame.width * ratio);
    canvas.height = Math.round(frame.height * ratio);
    canvas.style.width = `${String(frame.width)}px`;
    canvas.style.height = `${String(frame.height)}px`;
    const context = contextOf(canvas);
    context.scale(ratio, ratio);
    context.fillStyle = model.style.land;
    context.fillRect(0, 0, frame.width, frame.height);
    model.asIf({ category, minutes, compare: "none" }, () => {
      this.drawn.below(context, frame);
      const lettering = new Lettering(context, frame, model.style);
      const figures = placeFigures(model, lettering, 0);
      drawGaps(model, figures.circles, context, frame);
      drawFigures(lettering, figures);
    });
  }
}

// As many columns as make the maps largest, by the shape of the study.
function columnsFor(count: number, wide: number, high: number, model: Model): number {
  const { width, height } = extentOf(model);
  const sizeWith = (columns: number): number => {
    const rows = Math.ceil(count / columns);
    return Math.min(wide / columns / width, Math.max(1, high / rows - CAPTION) / height);
  };
  const all = Array.from({ length: Math.max(1, count) }, (_, k) => k + 1);
  return all.reduce((best, columns) => (sizeWith(columns) > sizeWith(best) ? columns : best), 1);
}

interface Extent {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

// What the study is about, in steps.
function extentOf({ content }: Model): Extent {
  const [west, south, east, north] = content.bounds;
  const low = toSteps(L.latLng(south, west));
  const high = toSteps(L.latLng(north, east));
  return { x: low.x, y: high.y, width: high.x - low.x, height: low.y - high.y };
}

function frameFor(model: Model, width: number, height: number): Frame {
  const { x, y, width: wide, height: high } = extentOf(model);
  const scale = FILLED * Math.min(width / wide, height / high);
  const zoom = WORLD_ZOOM + Math.log2(scale);
  const origin = { x: (x + wide / 2) * scale - width / 2, y: (y + high / 2) * scale - height / 2 };
  return frameOf(zoom, origin, { x: width, y: height }, { x: 0, y: 0 });
}
