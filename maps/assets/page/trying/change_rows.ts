// The list of changes of the draft, each with what it is, a way to it and a way back.

import type { Opened } from "../core/draft";
import { button, element, nameButton } from "../core/dom";
import { hoursInWords } from "../core/hours_words";
import { count } from "../core/words";
import { isEmpty } from "../core/draft";
import type { Desk } from "./desk";
import { nameOf, servicesOf } from "./names";

interface Row {
  readonly id: string;
  readonly words: string;
  readonly at: readonly [lon: number, lat: number] | null;
  readonly note: string | null;
}

export function changeRows(desk: Desk, map: L.Map): HTMLElement {
  const { model, draft } = desk;
  const rows = rowsOf(desk).map((row, number) => item(desk, map, row, number));
  const none = element("p", { class: "note" }, model.word("try_none"));
  const list = rows.length ? element("ol", { class: "try-rows" }, ...rows) : none;
  const chosen = draft.open.find(({ id }) => id === desk.pin);
  const heading = element("h3", {}, model.word("try_changes"));
  return element("section", {}, heading, list, chosen ? editor(desk, chosen) : null);
}

function rowsOf(desk: Desk): Row[] {
  const { model, draft } = desk;
  const word = (key: string, id: string, more: Record<string, string> = {}): string =>
    model.word(`try_row_${key}`, { name: nameOf(desk, id), ...more });
  const known = (id: string): string | null => (desk.places.facility(id) < 0 ? model.word("try_unknown") : null);
  const left = model.word("try_left_to_program");
  return [
    ...[...draft.open, ...draft.move].map((row) => ({
      id: row.id,
      words: word("categories" in row ? "open" : "move", row.id),
      at: [row.lon, row.lat] as const,
      note: ("categories" in row ? null : known(row.id)) ?? joinNote(desk, row.lon, row.lat),
    })),
    ...draft.close.map(({ id }) => ({ id, words: word("close", id), at: null, note: known(id) })),
    ...draft.extend.map(({ id, capacity }) => ({
      id, words: word("extend", id, { n: count(capacity) }), at: null, note: known(id) ?? left,
    })),
    ...draft.hours.map(({ id, opening_hours }) => ({
      id,
      words: word("hours", id, { hours: hoursInWords(opening_hours, model.state.language) }),
      at: null,
      note: known(id) ?? (desk.places.isOpenThen(opening_hours, model.state.case) === null ? left : null),
    })),
  ];
}

function joinNote({ model, places }: Desk, lon: number, lat: number): string | null {
  const n = count(model.content.reach?.maxSnap ?? 0);
  return places.join([lon, lat]) ? null : model.word("try_no_street", { n });
}

function item(desk: Desk, map: L.Map, row: Row, number: number): HTMLElement {
  const { model } = desk;
  const go = (): void => {
    const facility = desk.places.facility(row.id);
    if (row.at) map.panTo([row.at[1], row.at[0]], { animate: false });
    else if (facility >= 0) desk.goTo(facility);
    desk.select(row.id);
  };
  const remove = button({ class: "try-remove", "data-try": `remove-${number}` }, () => {
    desk.remove(row.id);
  }, "×");
  nameButton(remove, model.word("try_remove"));
  const look = row.at ? "try-number" : "try-number plain";
  const mark = element("span", { class: look }, row.at ? String(number + 1) : "·");
  const note = row.note === null ? null : element("small", {}, row.note);
  const words = button({ class: "try-row", "data-try": `row-${number}` }, go, row.words, note);
  return element("li", { class: desk.pin === row.id ? "chosen" : "" }, mark, words, remove);
}

// Name, services and room of the new place that is chosen.
function editor(desk: Desk, row: Opened): HTMLElement {
  const { model } = desk;
  const put = (change: Partial<Opened>): void => {
    const changed = (each: Opened): Opened => (each === row ? { ...each, ...change } : each);
    desk.edit((draft) => ({ ...draft, open: draft.open.map(changed) }));
  };
  const placeholder = servicesOf(desk, row.categories);
  const name = element("input", { type: "text", maxlength: 100, "data-try": "name", placeholder });
  name.value = row.name;
  name.addEventListener("change", () => {
    put({ name: name.value.trim() });
  });
  const room = element("input", { type: "number", min: 0, step: 1, "data-try": "capacity" });
  room.value = row.capacity === null ? "" : String(row.capacity);
  room.addEventListener("change", () => {
    put({ capacity: room.value === "" || !(room.valueAsNumber >= 0) ? null : room.valueAsNumber });
  });
  return element(
    "div",
    { class: "try-editor" },
    element("label", {}, element("span", {}, model.word("try_name")), name),
    element("label", {}, element("span", {}, model.word("try_capacity")), room),
  );
}

export function historyButtons(desk: Desk): HTMLElement {
  const { model } = desk;
  const press = (key: string, isPossible: boolean, act: () => void): HTMLElement =>
    button({ "data-try": key, disabled: !isPossible }, act, model.word(`try_${key}`));
  return element(
    "div",
    { class: "try-buttons" },
    press("undo", desk.canUndo, () => {
      desk.undo();
    }),
    press("redo", desk.canRedo, () => {
      desk.redo();
    }),
    press("clear", !isEmpty(desk.draft), () => {
      desk.clear();
    }),
  );
}
