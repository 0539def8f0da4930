// One control for each choice that a map leaves to its reader.

import type { Bilingual } from "../core/content";
import { button, element } from "../core/dom";
import type { Model } from "../core/model";
import { beforeAfter } from "./plan";

// In this order; what cannot be chosen has no control.
export function choiceControls(model: Model): Node[] {
  const { siting } = model.content;
  return [
    categoryControl(model),
    beforeAfter(model),
    minutesControl(model),
    clauseLine(model),
    ...(siting ? [] : caseControls(model)),
    kindControl(model),
  ].filter((node) => node instanceof Node);
}

function categoryControl(model: Model): Node | null {
  const { categories } = model.content;
  if (categories.length < 2) return null;
  const names = categories.map((each) => model.say(each.name));
  const choose = (category: number): void => {
    const { required } = categories[category];
    model.set({ category, minutes: required >= 0 && !model.content.siting ? required : model.state.minutes });
  };
  // Services that the standard does not ask for stand last, in a group of their own.
  const apart = categories.findIndex((each) => !each.byStandard);
  const control = selection(model, "category", names, model.state.category, choose);
  return apart < 0 ? control : grouped(control, apart, model.word("beside_standard"));
}

function minutesControl(model: Model): Node | null {
  const { minutes } = model.content;
  if (minutes.length < 2) return null;
  const name = model.word("minutes");
  const { required } = model.category;
  const buttons = minutes.map((each, place) => {
    const asked = place === required ? { class: "required", title: model.word("required_minutes") } : {};
    return button(
      { "aria-pressed": String(place === model.state.minutes), "data-control": `minutes-${place}`, ...asked },
      () => {
        model.set({ minutes: place });
      },
      String(each),
    );
  });
  return element(
    "div",
    { class: "control", role: "group", "aria-label": name },
    element("span", {}, name),
    element("div", { class: "segments" }, ...buttons),
  );
}

// By which minutes the standard asks for the service, where that is written and whether it was checked.
function clauseLine(model: Model): Node | null {
  const { required, clause } = model.category;
  if (required < 0 || !clause) return null;
  const minutes = String(model.content.minutes[required]);
  return element("p", { class: "clause" }, model.word("asked_within", { minutes, clause: model.say(clause) }));
}

// Profile and hour: one control each, and the case that has both.
function caseControls(model: Model): (Node | null)[] {
  const { cases } = model.content;
  const current = cases[model.state.case];
  const profiles = distinct(cases.map((each) => each.profile));
  const hours = distinct(cases.filter((each) => isSame(each.profile, current.profile)).map((each) => each.hour));
  const profileControl =
    profiles.length > 1
      ? textSelection(model, "profile", profiles, current.profile, (profile) => {
          pickCase(model, profile, current.hour);
        })
      : null;
  const hourControl = model.hasHours
    ? textSelection(model, "hour", hours, current.hour, (hour) => {
        pickCase(model, current.profile, hour);
      })
    : null;
  return [profileControl, hourControl];
}

// The case of a profile at an hour, or the first one of the profile where it has none at that hour.
function pickCase(model: Model, profile: Bilingual, hour: Bilingual): void {
  const { cases } = model.content;
  const exact = cases.findIndex((each) => isSame(each.profile, profile) && isSame(each.hour, hour));
  model.set({ case: exact >= 0 ? exact : cases.findIndex((each) => isSame(each.profile, profile)) });
}

function kindControl(model: Model): Node | null {
  const { kinds } = model;
  if (kinds.length < 2) return null;
  const names = kinds.map((kind) => model.word(`unit_${kind}`));
  const shown = kinds.findIndex((kind) => kind === model.state.kind);
  return selection(model, "unit", names, shown, (place) => {
    model.set({ kind: kinds[place], grid: -1 });
  });
}

function textSelection(
  model: Model,
  name: string,
  texts: readonly Bilingual[],
  chosen: Bilingual,
  choose: (text: Bilingual) => void,
): Node {
  const names = texts.map((each) => model.say(each));
  const place = texts.findIndex((each) => isSame(each, chosen));
  return selection(model, name, names, place, (picked) => {
    choose(texts[picked]);
  });
}

function selection(
  model: Model,
  name: string,
  options: readonly string[],
  chosen: number,
  choose: (place: number) => void,
): HTMLElement {
  const select = element("select", { "data-control": name }, ...options.map((text) => element("option", {}, text)));
  select.addEventListener("change", () => {
    choose(select.selectedIndex);
  });
  select.selectedIndex = chosen;
  return element("label", { class: "control" }, element("span", {}, model.word(name)), select);
}

// Puts the options from one position on into a group with a name.
function grouped(control: HTMLElement, from: number, label: string): HTMLElement {
  const select = control.querySelector("select");
  const options = [...(select?.options ?? [])].slice(from);
  const chosen = select?.selectedIndex ?? 0;
  select?.append(element("optgroup", { label }, ...options));
  if (select) select.selectedIndex = chosen;
  return control;
}

function distinct(texts: readonly Bilingual[]): Bilingual[] {
  return texts.filter((text, i) => texts.findIndex((other) => isSame(other, text)) === i);
}

function isSame(a: Bilingual, b: Bilingual): boolean {
  return a.en === b.en;
}
