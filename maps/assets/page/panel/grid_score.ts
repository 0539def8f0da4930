// All services of one polygon: how many are covered at the minutes asked for, why the others are not, and the shares
// as a radar against what is wanted.

import { element, drawn } from "../core/dom";
import type { Figure, Model } from "../core/model";
import { percent, shortened } from "../core/words";

const FEWEST = 3; // a radar of two spokes is a line
const MOST = 12;
const RADIUS = 62;
const WIDTH = 270;
const HEIGHT = 190;
const LABEL = { zh: 7, en: 14 }; // letters beside a spoke
const GRID = "#e3dfd7";

interface Row {
  readonly category: number;
  readonly minutes: number;
  readonly figure: Figure;
}

export function gridScore(model: Model, grid: number): Element[] {
  const rows = rowsOf(model, grid);
  if (rows.length < 2) return [];
  return [
    element("h3", {}, model.word("grid_score")),
    ...(rows.length >= FEWEST ? [radar(model, rows.slice(0, MOST))] : []),
    table(model, grid, rows),
  ];
}

// What the standard asks for, or everything where it asks for nothing.
function rowsOf(model: Model, grid: number): Row[] {
  const { categories } = model.content;
  const asked = categories.some((each) => each.byStandard);
  return categories.flatMap((each, category) => {
    if (asked && !each.byStandard) return [];
    const minutes = model.usualMinutes(category);
    const figure = model.figureOf(grid, [model.state.case, category, minutes]);
    return figure && figure.share !== null ? [{ category, minutes, figure }] : [];
  });
}

function table(model: Model, grid: number, rows: readonly Row[]): HTMLElement {
  const { state, content } = model;
  const sorted = [...rows].sort((a, b) => (a.figure.share ?? 0) - (b.figure.share ?? 0));
  const body = sorted.map(({ category, minutes, figure }) => {
    const { cause } = model.gapOf(grid, [state.case, category, minutes]) ?? { cause: null };
    const left = figure.people - figure.covered;
    const limit = model.word("minutes_unit", { n: String(content.minutes[minutes]) });
    const name = `${model.say(content.categories[category].name)} ${limit}`;
    return element(
      "tr",
      { class: category === state.category ? "chosen" : "" },
      element("th", { scope: "row" }, name, cause ? element("small", {}, model.say(cause)) : null),
      element("td", {}, percent(figure.covered, figure.people, state.language)),
      element("td", { class: "left" }, Math.round(left) > 0 ? model.people(left) : "–"),
    );
  });
  const heads = ["score_service", "score_share", "score_left"].map((key) =>
    element("th", { scope: "col" }, model.word(key)),
  );
  const head = element("thead", {}, element("tr", {}, ...heads));
  return element("table", { class: "scorecard" }, head, element("tbody", {}, ...body));
}

type At = (spoke: number, share: number) => readonly [x: number, y: number];

// One spoke a service, its share from the middle outwards; the line around is what is wanted of each.
function radar(model: Model, rows: readonly Row[]): SVGElement {
  const { style, content, state } = model;
  const at: At = (k, share) => {
    const angle = (2 * Math.PI * k) / rows.length - Math.PI / 2;
    return [WIDTH / 2 + RADIUS * share * Math.cos(angle), HEIGHT / 2 + RADIUS * share * Math.sin(angle)];
  };
  const shares = rows.map(({ figure }) => figure.share ?? 0);
  const wanted = rows.map(({ category }) => content.categories[category].target ?? 1);
  const names = rows.map(({ category }) => model.say(content.categories[category].name));
  const said = names.map((name, k) => `${name} ${percent(shares[k], 1, state.language)}`);
  const line = { fill: "none", stroke: GRID, "stroke-width": 0.8 };
  const rings = [0.25, 0.5, 0.75].map((part) => ring(at, rows.map(() => part)));
  const spokes = rows.map((_, k) => `M${point(at(k, 0))}L${point(at(k, 1))}`);
  const reached = { fill: style.parts.covered, "fill-opacity": 0.5, stroke: style.ink, "stroke-width": 1.4 };
  return drawn(
    "svg",
    { class: "radar", viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`, role: "img", "aria-label": said.join(", ") },
    drawn("path", { d: [...rings, ...spokes].join(""), ...line }),
    drawn("path", { d: ring(at, wanted), ...line, stroke: style.quietInk, "stroke-dasharray": "3 2" }),
    drawn("path", { d: ring(at, shares), ...reached }),
    ...names.map((name, k) => spokeName(shortened(name, LABEL[state.language]), at(k, 1.12))),
  );
}

function point([x, y]: readonly [number, number]): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

function ring(at: At, shares: readonly number[]): string {
  return `M${shares.map((share, k) => point(at(k, share))).join("L")}Z`;
}

function spokeName(name: string, [x, y]: readonly [number, number]): SVGElement {
  const side = Math.abs(x - WIDTH / 2) < 8 ? "middle" : x > WIDTH / 2 ? "start" : "end";
  return drawn("text", { x, y: y + 4, "text-anchor": side }, name);
}
