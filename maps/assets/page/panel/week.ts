// A slider through the hours of the week: which places are open, and how many people are covered.

import { button, drawn, element } from "../core/dom";
import { hourOfWeek } from "../core/hours_words";
import type { Model } from "../core/model";
import { HOURS, type WeekOf } from "../core/week";
import { percent } from "../core/words";

const HEIGHT = 34;
const NOON = 12;

export class WeekPart {
  readonly root = element("section", { class: "week" });
  // One for good: it must not be replaced while it is dragged.
  private readonly slider = element("input", {
    type: "range", min: 0, max: HOURS - 1, step: 1, "data-control": "hour",
  });
  private readonly above = element("div");
  private readonly below = element("div");

  constructor(private readonly model: Model) {
    this.slider.addEventListener("input", () => {
      model.set({ hour: Number(this.slider.value) });
    });
    this.root.append(this.above, this.slider, this.below);
  }

  draw(): void {
    const { model, slider } = this;
    const { state, week } = model;
    const series = week?.of(state.case, state.category, model.minutes);
    this.root.hidden = !series;
    if (!series) return;
    const shown = state.hour >= 0 ? state.hour : NOON;
    slider.value = String(shown);
    slider.setAttribute("aria-label", model.word("week_title"));
    slider.setAttribute("aria-valuetext", hourOfWeek(shown, state.language));
    this.above.replaceChildren(element("h2", {}, model.word("week_title")), curveOfWeek(model, series));
    const hint = element("p", { class: "keys" }, model.word("week_hint"));
    this.below.replaceChildren(state.hour < 0 ? hint : this.said(series));
  }

  private said(series: WeekOf): HTMLElement {
    const { model } = this;
    const back = (): void => {
      model.set({ hour: -1 });
    };
    const words = element("span", { "aria-live": "polite" }, said(model, series));
    const note = element("small", {}, model.word("week_note"));
    const restore = button({ class: "link", "data-control": "hour-back" }, back, model.word("week_back"));
    return element("p", { class: "week-said" }, words, " ", restore, note);
  }
}

function said(model: Model, { covered, total }: WeekOf): string {
  const { hour, language } = model.state;
  return model.word("week_said", {
    hour: hourOfWeek(hour, language),
    open: String(model.countOpen()),
    share: percent(covered[hour], total, language),
    people: model.people(covered[hour]),
  });
}

// Covered people by the hour, with a line at the hour looked at; days are parted by thin lines.
function curveOfWeek({ state, style }: Model, { covered, total }: WeekOf): SVGElement {
  const y = (value: number): number => HEIGHT - (total > 0 ? (HEIGHT - 2) * (value / total) : 0);
  const steps = [...covered].map((value, hour) => `L${String(hour)} ${y(value).toFixed(1)}H${String(hour + 1)}`);
  const days = Array.from({ length: 6 }, (_, k) => `M${String(24 * (k + 1))} 0V${String(HEIGHT)}`).join("");
  const path = (d: string, look: Readonly<Record<string, string | number>>): SVGElement =>
    drawn("path", { d, ...look });
  const now = `M${String(state.hour + 0.5)} 0V${String(HEIGHT)}`;
  const box = { viewBox: `0 0 ${String(HOURS)} ${String(HEIGHT)}`, preserveAspectRatio: "none" };
  return drawn(
    "svg",
    { class: "week-curve", ...box, "aria-hidden": "true" },
    path(`M0 ${String(HEIGHT)}${steps.join("")}V${String(HEIGHT)}Z`, { fill: style.parts.covered }),
    path(days, { stroke: style.halo, "stroke-width": 0.6 }),
    ...(state.hour < 0 ? [] : [path(now, { stroke: style.accent, "stroke-width": 1.6 })]),
  );
}
