// Another case beside the one shown: as a difference, behind a divider that is dragged, or on a map of its own.

import { type Child, button, element } from "../core/dom";
import type { Model } from "../core/model";
import type { CompareMode } from "../core/state";
import { SOMEBODY } from "../core/words";

const MODES: readonly CompareMode[] = ["none", "change", "swipe", "side"];

export function comparePart(model: Model): Element[] {
  const { cases } = model.content;
  if (cases.length < 2) return [];
  const { state } = model;
  const modes = MODES.map((mode) => {
    const press = (): void => {
      model.set({ compare: mode, other: otherCase(model) });
    };
    const isOn = state.compare === mode;
    const attributes = { "aria-pressed": String(isOn), "data-control": `compare-${mode}` };
    return button(attributes, press, model.word(`compare_${mode}`));
  });
  return [
    element("h2", {}, model.word("compare_title")),
    element("div", { class: "segments", role: "group", "aria-label": model.word("compare_title") }, ...modes),
    ...(state.compare === "none" ? [] : [withWhich(model), ...(state.compare === "change" ? [said(model)] : [])]),
  ];
}

// The other case; never the one that is shown.
export function otherCase({ state, content }: Model): number {
  if (state.other !== state.case && state.other < content.cases.length) return state.other;
  return content.cases.findIndex((_, k) => k !== state.case);
}

function withWhich(model: Model): Child & Element {
  const { cases } = model.content;
  const others = [...cases.keys()].filter((k) => k !== model.state.case);
  const options = others.map((k) => element("option", {}, nameOf(model, k)));
  const select = element("select", { "data-control": "compare-with" }, ...options);
  select.selectedIndex = others.indexOf(otherCase(model));
  select.addEventListener("change", () => {
    model.set({ other: others[select.selectedIndex] });
  });
  return element("label", { class: "control" }, element("span", {}, model.word("compare_with")), select);
}

export function nameOf(model: Model, shown: number): string {
  const { siting } = model.content;
  if (siting) return model.word(shown === siting.before ? "site_before" : "site_after");
  return model.caseName(shown);
}

// What the other case brings or costs in all.
function said(model: Model): HTMLElement {
  const { state } = model;
  const here = model.totalOf([state.case, state.category, state.minutes]);
  const there = model.totalOf([state.other, state.category, state.minutes]);
  if (!here || !there) return element("p", { class: "keys" }, model.word("compare_nothing"));
  const more = there.covered - here.covered;
  const key = Math.abs(more) < SOMEBODY ? "compare_same" : more > 0 ? "compare_more" : "compare_less";
  const values = { other: nameOf(model, state.other), n: model.people(Math.abs(more)) };
  return element("p", { class: "compare-said" }, model.word(key, values));
}
