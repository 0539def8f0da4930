// What can be tried with a place of the study, on its card: close it, move it, change its room or its hours.

import { type Child, button, element } from "../core/dom";
import type { Model } from "../core/model";
import { toLatLng } from "../draw/latlng";
import { without } from "../core/draft";
import type { Desk } from "./desk";

const DAY_CHOICES = [
  ["Mo-Su", "try_days_all"],
  ["Mo-Fr", "try_days_week"],
  ["Sa,Su", "try_days_weekend"],
] as const;

export interface CardActions {
  readonly close: () => void;
  // The card is taller than before.
  readonly grown: () => void;
}

// Null for a place that is not one of the study's, such as a candidate.
export function tryingCard(desk: Desk, facility: number, { close, grown }: CardActions): Child {
  const { model } = desk;
  const kind = model.facilities.kind[facility];
  if (kind === "chosen" || kind === "rejected") return null;
  const id = model.facilities.id[facility];
  const form = element("div", { class: "try-form" });
  const opens = (key: string, fill: () => Node): HTMLElement =>
    button({ class: "try-step", "data-card": key }, () => {
      form.replaceChildren(fill());
      grown();
      // The form is the last of the card; the map must not be scrolled for it.
      const card = form.closest(".leaflet-popup-content");
      card?.scrollTo(0, card.scrollHeight);
      form.querySelector<HTMLElement>("input, select")?.focus({ preventScroll: true });
    }, model.word(`try_${key}`));
  const shut = button({ class: "try-step", "data-card": "close" }, () => {
    desk.edit((draft) => ({ ...without(draft, id), close: [...without(draft, id).close, { id }] }));
    close();
  }, model.word("try_close"));
  const move = button({ class: "try-step", "data-card": "move" }, () => {
    moveAside(desk, facility);
    close();
  }, model.word("try_move"));
  const done = (change: () => void) => (): void => {
    change();
    close();
  };
  const buttons = [
    shut,
    move,
    opens("room", () => roomForm(desk, facility, done)),
    opens("hours", () => hoursForm(desk, facility, done)),
  ];
  return element("section", { class: "try-card" }, element("h3", {}, model.word("try_card")), ...buttons, form);
}

// A pin at the place, to be dragged from there.
function moveAside(desk: Desk, facility: number): void {
  const { points, facilities } = desk.model;
  const at = toLatLng(points.x[facility], points.y[facility]);
  const id = facilities.id[facility];
  desk.edit((draft) => without(draft, id));
  desk.drop(id, [at.lng, at.lat]);
  desk.select(id);
}

type Done = (change: () => void) => () => void;

function roomForm(desk: Desk, facility: number, done: Done): HTMLElement {
  const { model } = desk;
  const id = model.facilities.id[facility];
  const name = model.word("try_capacity");
  const input = element("input", { type: "number", min: 0, step: 1, "aria-label": name, required: true });
  input.value = String(model.facilities.capacity[facility] ?? "");
  const apply = done(() => {
    const capacity = input.valueAsNumber;
    if (!(capacity >= 0)) return;
    desk.edit((draft) => ({ ...draft, extend: [...draft.extend.filter((row) => row.id !== id), { id, capacity }] }));
  });
  return formOf(model, apply, input);
}

function hoursForm(desk: Desk, facility: number, done: Done): HTMLElement {
  const { model } = desk;
  const id = model.facilities.id[facility];
  const options = DAY_CHOICES.map(([written, key]) => element("option", { value: written }, model.word(key)));
  const days = element("select", { "aria-label": model.word("hours") }, ...options);
  const from = element("input", { type: "time", value: "08:00", "aria-label": model.word("try_from"), required: true });
  const to = element("input", { type: "time", value: "20:00", "aria-label": model.word("try_to"), required: true });
  const apply = done(() => {
    if (!from.value || !to.value) return;
    const hours = `${days.value} ${from.value}-${to.value}`;
    const row = { id, opening_hours: hours };
    desk.edit((draft) => ({ ...draft, hours: [...draft.hours.filter((each) => each.id !== id), row] }));
  });
  return formOf(model, apply, days, from, "–", to);
}

function formOf(model: Model, apply: () => void, ...fields: (Node | string)[]): HTMLElement {
  const form = element("form", {}, ...fields, element("button", { type: "submit" }, model.word("try_apply")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  return form;
}
