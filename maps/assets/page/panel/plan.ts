// A plan for new sites: the switch between today and the plan, and what stands in panel and cards.

import { curve, lineKey } from "./curve";
import { type Child, button, element } from "../core/dom";
import type { Model } from "../core/model";
import { gainedIn } from "../core/said";
import { SOMEBODY, count } from "../core/words";

// What the panel says of the plan; nothing where the map is not of one.
export function planNodes(model: Model): Element[] {
  const { siting } = model.content;
  if (!siting) return [];
  const proof = element("p", { class: "proof" }, model.say(siting.proof));
  if (siting.curve.length < 2) return [proof];
  return [
    proof,
    element("h2", {}, model.word("site_curve")),
    element("p", { class: "unit" }, model.say(siting.unit)),
    curve(siting, model.style, { name: model.word("site_curve"), axis: model.word("site_number") }),
    element(
      "p",
      { class: "lines" },
      element("span", {}, lineKey("best", model.style), model.word("site_best")),
      element("span", {}, lineKey("nested", model.style), model.word("site_nested")),
    ),
  ];
}

// The switch between today and the plan; nothing where the map is not of one.
export function beforeAfter(model: Model): Child {
  const { siting } = model.content;
  if (!siting) return null;
  const buttons = (["before", "after"] as const).map((when) =>
    button(
      { "data-control": `site-${when}`, "aria-pressed": String(model.state.case === siting[when]) },
      () => {
        model.set({ case: siting[when] });
      },
      model.word(`site_${when}`),
    ),
  );
  return element(
    "div",
    { class: "control" },
    element("span", {}, model.word("site_view")),
    element("div", { class: "segments", role: "group", "aria-label": model.word("site_view") }, ...buttons),
  );
}

// The rows of the card of a candidate: label and value.
export function siteRows(model: Model, i: number): (readonly [string, string | null])[] {
  if (!model.content.siting) return [];
  return (["served", "added", "alone"] as const).map((key) => {
    const people = model.facilities[key]?.[i] ?? null;
    return [key, people === null ? null : model.word("people_unit", { n: count(people) })];
  });
}

export function gainedNote(model: Model, grid: number): Child {
  const gained = gainedIn(model, grid);
  if (gained === null || gained < SOMEBODY) return null;
  return element("p", { class: "gained" }, model.word("site_gained", { n: model.people(gained) }));
}
