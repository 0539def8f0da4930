// Scenarios: what is on the desk kept under a name, and all of them side by side for the choice shown.

import { type Draft, EMPTY, isEmpty } from "../core/draft";
import { button, element } from "../core/dom";
import { count, percent } from "../core/words";
import { signed } from "../draw/changed";
import type { Desk } from "./desk";

export function keepForm(desk: Desk): HTMLElement {
  const { model } = desk;
  const input = element("input", {
    type: "text", maxlength: 100, "data-try": "keep-name", "aria-label": model.word("try_keep_name"),
  });
  input.value = desk.draft.name || model.word("try_keep_first", { n: String(desk.trying.kept.length + 1) });
  const keep = (event: Event): void => {
    event.preventDefault();
    const name = input.value.trim();
    if (name) desk.keep(name);
  };
  const disabled = isEmpty(desk.draft);
  const press = element("button", { type: "submit", "data-try": "keep", disabled }, model.word("try_keep"));
  const form = element("form", { class: "try-keep" }, input, press);
  form.addEventListener("submit", keep);
  return form;
}

export function comparison(desk: Desk): HTMLElement | null {
  const { model, trying } = desk;
  const today = desk.outcome(EMPTY);
  if (!trying.kept.length || !today) return null;
  const heads = ["try_column_share", "try_column_people", "try_column_change"].map((key) =>
    element("th", { scope: "col" }, model.word(key)),
  );
  const row = (name: string, draft: Draft | null, ...buttons: Node[]): HTMLElement => {
    const outcome = draft ? desk.outcome(draft) : today;
    const after = outcome ? outcome.after : today.before;
    const change = after - today.before;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name, ...buttons),
      element("td", {}, percent(after, today.people, model.state.language)),
      element("td", {}, count(after)),
      element("td", {}, draft ? (Math.round(change) ? signed(change) : "0") : ""),
    );
  };
  const kept = trying.kept.map((draft, number) => row(draft.name, draft, ...keptButtons(desk, draft, number)));
  // By what is in them: an address that is opened again makes drafts of its own.
  const written = JSON.stringify(desk.draft);
  const isKept = isEmpty(desk.draft) || trying.kept.some((each) => JSON.stringify(each) === written);
  const current = isKept ? [] : [row(model.word("try_current"), desk.draft)];
  return element(
    "section",
    { class: "try-compared" },
    element("h3", {}, model.word("try_compared")),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, element("td", {}), ...heads)),
      element("tbody", {}, row(model.word("try_today"), null), ...kept, ...current),
    ),
  );
}

function keptButtons(desk: Desk, draft: Draft, number: number): Node[] {
  const { model } = desk;
  return [
    button({ class: "link", "data-try": `load-${number}` }, () => {
      desk.edit(() => draft);
    }, model.word("try_load")),
    button({ class: "link", "data-try": `forget-${number}` }, () => {
      desk.forget(draft.name);
    }, model.word("try_forget")),
  ];
}
