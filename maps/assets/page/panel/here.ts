// The card of a place that was clicked: what is reached from there, and who reaches it.

import { type Child, button, element } from "../core/dom";
import type { Model } from "../core/model";
import { notes } from "../core/notes";
import { count } from "../core/words";
import type { Here, NearestOf } from "../streets/answers";
import { MINUTE } from "../streets/search";


export interface HereActions {
  readonly facility: (facility: number) => void;
  readonly grid: (grid: number) => void;
  readonly opening: (here: Here) => Child;
}

// `grid` is the polygon that the place lies in, -1 for none.
export function hereCard(model: Model, here: Here | null, grid: number, actions: HereActions): HTMLElement {
  const { reach } = model.content;
  const away = here ? here.joined.metres : (reach?.maxSnap ?? 0);
  const n = count(away);
  const said = here ? model.word("here_joined", { n, profile: profileOf(model) }) : model.word("here_off", { n });
  return element(
    "article",
    { class: "card here" },
    element(
      "header",
      {},
      element("div", {}, element("h2", {}, model.word("here")), element("p", { class: "kind" }, said)),
    ),
    here?.joined.doubt ? element("p", { class: "gap" }, model.word("here_doubt")) : null,
    ...(here ? [reached(model, here, actions), people(model, here), ...notes(model, "here_room")] : []),
    here ? actions.opening(here) : null,
    gridButton(model, grid, actions),
  );
}

function profileOf(model: Model): string {
  const shown = model.content.cases[model.state.case];
  const hour = model.hasHours ? ` · ${model.say(shown.hour)}` : "";
  return model.say(shown.profile) + hour;
}

function heading(model: Model, key: string): HTMLElement {
  const limits = model.content.minutes.map((each) => element("th", { scope: "col" }, String(each)));
  const unit = model.word("minutes_unit", { n: "" }).trim();
  return element("tr", {}, element("th", { scope: "col" }, model.word(key)), ...limits, element("td", {}, unit));
}

function table(model: Model, key: string, rows: readonly Node[], none: string): HTMLElement {
  const most = String(Math.max(...model.content.minutes));
  const all = rows.length ? rows : [element("tr", {}, element("td", {}, model.word(none, { n: most })))];
  const head = element("thead", {}, heading(model, key));
  return element("table", { class: "reached" }, head, element("tbody", {}, ...all));
}

function reached(model: Model, here: Here, actions: HereActions): HTMLElement {
  const rows = here.nearest.map((each) => facilityRow(model, each, actions));
  return table(model, "here_reach", rows, "here_nothing");
}

function facilityRow(model: Model, each: NearestOf, actions: HereActions): HTMLElement {
  const { category, facility, ms, within, entrance } = each;
  const name = model.facilities.name[facility];
  const isChosen = category === model.state.category;
  const open = button(
    { class: "link" },
    () => {
      actions.facility(facility);
    },
    name === null || name === "" ? model.word("unnamed") : name,
  );
  const minutes = model.word("minutes_unit", { n: (ms / MINUTE).toFixed(1) });
  const by = entrance === undefined ? "" : ` ${model.word("here_entrance", { name: entrance })}`;
  return element(
    "tr",
    { class: isChosen ? "chosen" : "" },
    element(
      "th",
      { scope: "row" },
      model.say(model.content.categories[category].name),
      element("small", {}, open, ` ${minutes}${by}`),
    ),
    ...within.map((n) => element("td", {}, count(n))),
    element("td", {}),
  );
}

function people(model: Model, here: Here): HTMLElement {
  const groups = model.content.reach?.groups ?? [];
  const rows = here.people.map(({ group, within }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, model.say(groups[group])),
      ...within.map((n) => element("td", {}, model.people(n))),
      element("td", {}),
    ),
  );
  return table(model, "here_people", rows, "here_nobody");
}

function gridButton(model: Model, grid: number, actions: HereActions): Child {
  if (grid < 0) return null;
  const press = (): void => {
    actions.grid(grid);
  };
  return button({ class: "to-grid" }, press, model.word("here_grid", { name: model.grids.name[grid] }));
}
