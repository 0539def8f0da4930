// The parts of a sheet: what it shows, the largest gaps, what a reader must know, scale, north, margin.

import type { PaperSize } from "../core/content";
import { drawn, element } from "../core/dom";
import type { Model } from "../core/model";
import { lengthOf, metresOf } from "./scale";

const LISTED = 8;
const WHITE = "#ffffff";

// What is shown, since paper has no controls that say it.
export function choice(model: Model): HTMLElement {
  const current = model.content.cases[model.state.case];
  const minutes = model.word("minutes_unit", { n: String(model.minutes) });
  const said = [model.say(model.category.name), minutes, model.say(current.profile)];
  if (model.hasHours) said.push(model.say(current.hour));
  return element("p", { class: "choice" }, said.join(" · "));
}

export function gapTable(model: Model): HTMLElement | null {
  const gaps = model.state.layers.gaps ? model.gaps().slice(0, LISTED) : [];
  if (!gaps.length) return null;
  const rows = gaps.map(({ grid, people: left, cause }) => {
    const place = element("td", {}, model.grids.name[grid], cause && element("small", {}, model.say(cause)));
    return element("tr", {}, element("td", {}, model.people(left)), place);
  });
  const caption = element("caption", {}, model.word("largest_gaps"));
  return element("table", { class: "sheet-gaps" }, caption, element("tbody", {}, ...rows));
}

export function notes(model: Model): HTMLElement {
  const all = model.content.notes.map((note) => element("p", {}, model.say(note)));
  return element("div", { class: "sheet-notes" }, ...all);
}

export function northArrow(model: Model): HTMLElement {
  const half = (d: string, fill: string): SVGElement =>
    drawn("path", { d, fill, stroke: model.style.ink, "stroke-width": 1, "stroke-linejoin": "round" });
  const arrow = drawn(
    "svg",
    { viewBox: "0 0 24 30" },
    half("M12 1L19 28L12 22Z", model.style.ink),
    half("M12 1L5 28L12 22Z", WHITE),
  );
  return element("div", { class: "sheet-north" }, element("b", {}, model.word("north")), arrow);
}

// In the corner of the map: a bar of a round number of metres.
export function scaleBar(map: L.Map, { style }: Model): HTMLElement {
  const { metres, pixels } = metresOf(map, 150);
  const bar = drawn(
    "svg",
    { viewBox: `0 0 ${String(pixels)} 8`, width: pixels, height: 8, "aria-hidden": "true" },
    drawn("path", { d: `M0.5 0V7.5H${String(pixels - 0.5)}V0`, fill: "none", stroke: style.ink }),
  );
  return element("div", { class: "sheet-scale" }, element("span", {}, lengthOf(metres)), bar);
}

export function margin(model: Model, scale: number, size: PaperSize): HTMLElement {
  const { unit, date, review, run } = model.content.sheet;
  const part = (key: string, text: string | null): HTMLElement | null =>
    text ? element("span", {}, element("b", {}, model.word(key)), ` ${text}`) : null;
  return element(
    "footer",
    { class: "sheet-margin" },
    part("review", review || model.word("internal")),
    part("made_by", unit),
    part("date", date),
    part("run", run),
    part("source", model.content.attributions.join("; ")),
    part("scale", scale > 0 ? `1:${scale.toLocaleString("en-US")} (${size})` : null),
    element("span", {}, model.word("coordinates")),
  );
}
