// All services at a glance, those worst served first, and the polygons that have least; each row becomes the map.

import type { Total } from "../core/headline";
import { type Child, button, element } from "../core/dom";
import type { Model } from "../core/model";
import { SOMEBODY, percent } from "../core/words";

const WORST = 3;

export interface OverviewActions {
  readonly showGrid: (grid: number) => void;
}

interface Row {
  readonly category: number;
  readonly minutes: number;
  readonly total: Total;
}

export function overview(model: Model, { showGrid }: OverviewActions): Element[] {
  const rows = rowsOf(model);
  if (!rows.length) return [];
  const { categories } = model.content;
  const asked = rows.filter(({ category }) => categories[category].byStandard);
  const beside = rows.filter(({ category }) => !categories[category].byStandard);
  return [
    scorecard(model, asked.length ? asked : beside, model.word(asked.length ? "score_title" : "beside_standard")),
    ...(asked.length && beside.length ? [moreServices(model, beside)] : []),
    ...worst(model, showGrid),
  ];
}

// One a service, at its own minutes; the least covered first.
function rowsOf(model: Model): Row[] {
  const rows = model.content.categories.flatMap((_, category) => {
    const minutes = model.usualMinutes(category);
    const total = model.totalOf([model.state.case, category, minutes]);
    return total && total.people > 0 ? [{ category, minutes, total }] : [];
  });
  return rows.sort((a, b) => a.total.covered / a.total.people - b.total.covered / b.total.people);
}

function scorecard(model: Model, rows: readonly Row[], title: string): HTMLElement {
  const heads = ["score_service", "score_minutes", "score_share", "score_left"].map((key) =>
    element("th", { scope: "col" }, model.word(key)),
  );
  return element(
    "table",
    { class: "scorecard" },
    element("caption", {}, title),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows.map((row) => scoreRow(model, row))),
  );
}

function scoreRow(model: Model, { category, minutes, total }: Row): HTMLElement {
  const { language } = model.state;
  const { name, target, required } = model.content.categories[category];
  const isShown = category === model.state.category && minutes === model.state.minutes;
  const show = (): void => {
    model.set({ category, minutes });
  };
  const open = button({ "aria-pressed": String(isShown), "data-score": category }, show, model.say(name));
  const limit = String(model.content.minutes[minutes]);
  const share = percent(total.covered, total.people, language);
  const isShort = target !== null && total.covered / total.people < target;
  const aim = target === null ? "" : model.word("score_target", { share: percent(target, 1, language) });
  const wanted = aim ? element("small", {}, aim) : null;
  return element(
    "tr",
    { class: isShown ? "chosen" : "" },
    element("th", { scope: "row" }, open, partsBar(model, total, target)),
    element("td", { class: required < 0 ? "unasked" : "" }, limit),
    element("td", { class: isShort ? "short" : "" }, share, wanted),
    element("td", { class: "left" }, model.people(total.people - total.covered)),
  );
}

// Everybody as three parts: covered, there but without room, not there in time.
export function partsBar(model: Model, { people: all, covered, full }: Total, target: number | null): HTMLElement {
  const { parts } = model.style;
  const part = (name: keyof typeof parts, number: number): HTMLElement | null => {
    if (!(number > 0)) return null;
    const piece = element("i", { class: name });
    piece.style.width = `${(100 * number) / all}%`;
    piece.style.background = parts[name];
    return piece;
  };
  const mark = target === null ? null : element("b", { class: "target" });
  if (mark) mark.style.left = `${100 * (target ?? 0)}%`;
  return element(
    "span",
    { class: "parts", "aria-hidden": "true" },
    part("covered", covered),
    part("full", full),
    part("left", all - covered - full),
    mark,
  );
}

// The choice shown, in three parts that are everybody.
export function partsLine(model: Model): Element[] {
  const total = model.total();
  if (!total || !(total.people > 0)) return [];
  const { full } = total;
  const numbers = { covered: total.covered, full, left: total.people - total.covered - full };
  const shown = (["covered", "full", "left"] as const).filter((part) => part !== "full" || full >= SOMEBODY);
  const keys = shown.map((part) => partKey(model, part, model.people(numbers[part])));
  return [partsBar(model, total, model.category.target), element("p", { class: "keys" }, ...keys)];
}

// What the parts of a bar mean, without figures.
export function partsKeys(model: Model): Element[] {
  const keys = (["covered", "full", "left"] as const).map((part) => partKey(model, part, ""));
  return [element("p", { class: "keys" }, ...keys)];
}

function partKey(model: Model, part: "covered" | "full" | "left", number: string): HTMLElement {
  const swatch = element("span", { class: "swatch" });
  swatch.style.background = model.style.parts[part];
  const figure = number ? element("b", {}, number) : null;
  return element("span", { class: "key" }, swatch, model.word(`part_${part}`), number ? " " : null, figure);
}

function moreServices(model: Model, rows: readonly Row[]): HTMLElement {
  const title = model.word("beside_standard");
  const isOpen = rows.some(({ category }) => category === model.state.category);
  const n = String(rows.length);
  const summary = element("summary", { "data-score": "beside" }, model.word("score_beside", { n }));
  return element("details", { open: isOpen }, summary, scorecard(model, rows, title));
}

// The polygons with the lowest mean coverage over what the standard requires.
function worst(model: Model, showGrid: (grid: number) => void): Element[] {
  const { state, content } = model;
  const ranked = content.ranking
    .filter(([shown, grid]) => shown === state.case && model.grids.kind[grid] === state.kind)
    .map(([, grid, share]) => ({ grid, share, people: model.figure(grid)?.people ?? 0 }))
    .sort((a, b) => a.share - b.share || b.people - a.people)
    .slice(0, WORST);
  if (!ranked.length || state.kind === null) return [];
  const items = ranked.map(({ grid, share, people: number }) => {
    const show = (): void => {
      showGrid(grid);
    };
    const small = element("small", {}, model.word("people_unit", { n: model.people(number) }));
    const name = element("span", {}, model.grids.name[grid], small);
    return element("li", {}, button({}, show, element("b", {}, percent(share, 1, state.language)), name));
  });
  const title = element("h2", {}, model.word(`worst_${state.kind}`));
  const what: Child = element("small", {}, model.word("worst_what"));
  return [element("section", { class: "gap-list worst" }, title, what, element("ol", {}, ...items))];
}
