// Which of the places are shown: by tier, by function, and whether they are open.

import { element } from "../core/dom";
import type { Model } from "../core/model";
import { type Filters, NO_FILTERS } from "../core/state";

export function filterPart(model: Model): Element[] {
  const { facilities } = model;
  const tiers = distinct(facilities.tier.flatMap((each) => (each ? [each] : [])));
  const functions = distinct(facilities.functions.flat());
  const controls = [
    ...(tiers.length > 1 ? [choice(model, "tier", tiers)] : []),
    ...(functions.length ? [choice(model, "function", functions)] : []),
    ...(facilities.kind.length ? [openOnly(model)] : []),
  ];
  return controls.length ? [element("h2", {}, model.word("filters")), ...controls] : [];
}

function choice(model: Model, key: "tier" | "function", ids: readonly string[]): HTMLElement {
  const names = [model.word("filter_all"), ...ids.map((id) => model.term(id))];
  const control = `filter-${key}`;
  const select = element("select", { "data-control": control }, ...names.map((name) => element("option", {}, name)));
  select.selectedIndex = ids.indexOf(model.state.filters[key]) + 1;
  select.addEventListener("change", () => {
    set(model, { [key]: select.selectedIndex ? ids[select.selectedIndex - 1] : "" });
  });
  return element("label", { class: "control" }, element("span", {}, model.word(`filter_${key}`)), select);
}

function openOnly(model: Model): HTMLElement {
  const box = element("input", { type: "checkbox", "data-control": "filter-open" });
  box.checked = model.state.filters.open;
  box.addEventListener("change", () => {
    set(model, { open: box.checked });
  });
  return element("label", { class: "layer" }, box, element("span", { class: "name" }, model.word("filter_open")));
}

function set(model: Model, changed: Partial<Filters>): void {
  model.set({ filters: { ...NO_FILTERS, ...model.state.filters, ...changed } });
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => a.localeCompare(b, "zh-CN"));
}
