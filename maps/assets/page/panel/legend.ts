// The legend: read from the same style and figures as the map, and the switch of each layer at once.

import { gapRadius } from "../draw/circles";
import { nameOf } from "./compare";
import { classLimits, onLand } from "../core/colours";
import type { Kind } from "../core/content";
import { element } from "../core/dom";
import type { Model } from "../core/model";
import { noGaps } from "../core/said";
import { bandOpacity, isLined, lineSample, reachMinutes } from "../draw/reach";
import type { Layer } from "../core/state";
import { symbolIcon } from "../draw/symbols";
import { roundBelow } from "../core/ticks";
import { count, percent } from "../core/words";
import { PLATE_WIDTH } from "../draw/figures";
import { WORLD_ZOOM } from "../draw/frame";

const EDGE_OF_EMPTY = "1px solid #d8d3ca";

// One row: what it is called, and what it shows while its layer is on.
interface Entry {
  readonly layer: Layer;
  readonly name: string;
  readonly icon?: Element;
  readonly number?: number;
  readonly body?: () => Element[];
}

// Returns the nodes of the legend; printed, it holds only what is shown, and no switches.
export function legend(model: Model, zoom: number, printed: boolean): Element[] {
  const rows = (entries: readonly Entry[]): Element[] =>
    entries.flatMap((entry) => entryNodes(model, entry, printed));
  return [
    ...rows(surfaceEntries(model, zoom)),
    ...rows(pointEntries(model)),
    ...standingKeys(model),
    ...rows(demandEntries(model)),
  ];
}

function entryNodes(model: Model, entry: Entry, printed: boolean): Element[] {
  const isOn = model.state.layers[entry.layer];
  if (printed && !isOn) return [];
  const body = isOn && entry.body ? entry.body() : [];
  return [layerRow(model, entry, printed), ...body];
}

function layerRow(model: Model, { layer, name, icon, number }: Entry, printed: boolean): HTMLElement {
  const words = [
    icon ?? null,
    element("span", { class: "name" }, name),
    number === undefined ? null : element("span", { class: "number" }, count(number)),
  ];
  if (printed) return element("div", { class: "layer" }, ...words);
  const box = element("input", { type: "checkbox", "data-layer": layer });
  box.checked = model.state.layers[layer];
  box.addEventListener("change", () => {
    model.set({ layers: { ...model.state.layers, [layer]: box.checked } });
  });
  return element("label", { class: "layer" }, box, ...words);
}

function surfaceEntries(model: Model, zoom: number): Entry[] {
  const { content, isochrones, grids } = model;
  const entries: Entry[] = [];
  if (content.figures.length && grids.set.count) entries.push(coverageEntry(model));
  // Where a difference is shown, figures of one case would stand for neither.
  if (model.gapsByChoice.size && model.state.compare !== "change") {
    entries.push({ layer: "gaps", name: model.word("gaps"), body: () => [gapKeys(model, zoom)] });
  }
  if (content.needs) {
    const body = (): Element[] => [element("p", { class: "keys" }, model.word("needs_key"))];
    entries.push({ layer: "needs", name: model.word("needs"), body });
  }
  if (isochrones.set.count) {
    const name = model.word(content.siting ? "site_reach" : "isochrones");
    entries.push({ layer: "isochrones", name, body: () => [reachKeys(model)] });
  }
  return entries;
}

// The scale of coverage alone, as every map of one service has it.
export function coverageLegend(model: Model): Element[] {
  return [element("p", { class: "choice" }, model.word("score_share")), coverageScale(model), emptyKey(model)];
}

function coverageEntry(model: Model): Entry {
  const category = model.say(model.category.phrase);
  if (model.state.compare === "change") {
    const { case: shown, other } = model.state;
    const cases = { shown: nameOf(model, shown), other: nameOf(model, other) };
    const name = model.word("change", { category, minutes: String(model.minutes), ...cases });
    return { layer: "coverage", name, body: () => [changeScale(model)] };
  }
  return {
    layer: "coverage",
    name: model.word("coverage", { category, minutes: String(model.minutes) }),
    body: () => [coverageScale(model), ...targetKey(model), ...(hasEmpty(model) ? [emptyKey(model)] : [])],
  };
}

// Whether some polygon that is shown has nobody to give a share of.
function hasEmpty(model: Model): boolean {
  const { kind } = model.grids;
  const hasShare = (grid: number): boolean => typeof model.figure(grid)?.share === "number";
  return kind.some((each, grid) => each === model.state.kind && !hasShare(grid));
}

function emptyKey(model: Model): HTMLElement {
  const empty = swatch({ background: model.style.land, outline: EDGE_OF_EMPTY });
  return element("p", { class: "keys" }, key(empty, model.word("nobody")));
}

function coverageScale(model: Model): HTMLElement {
  const { colours, opacity } = model.style.coverage;
  const from = [0, ...classLimits(model.category.target, model.style.coverage)];
  const steps = colours.map((colour, k) => {
    const bar = element("i");
    bar.style.background = onLand(colour, opacity, model.style.land);
    return element("div", { class: "step" }, bar, element("span", {}, String(Math.round(100 * from[k]))));
  });
  return element("div", { class: "scale" }, ...steps, element("span", { class: "last" }, "100\u00a0%"));
}

// What the palest class means where the study wants a share.
function targetKey(model: Model): Element[] {
  const { target } = model.category;
  if (target === null) return [];
  const share = percent(target, 1, model.state.language);
  return [element("p", { class: "keys" }, model.word("target_met", { share }))];
}

// What is lost on the left, what is won on the right, in points of a hundred.
function changeScale(model: Model): HTMLElement {
  const { limits, colours } = model.style.change;
  const { opacity } = model.style.coverage;
  const points = limits.map((limit) => Math.round(100 * limit));
  const lost = [...colours.less].reverse().map((colour, k) => [colour, `−${String(points[points.length - 1 - k])}`]);
  const won = colours.more.map((colour, k) => [colour, `+${String(points[k])}`]);
  const steps = [...lost, ["", "0"], ...won].map(([colour, text]) => {
    const bar = element("i");
    bar.style.background = colour ? onLand(colour, opacity, model.style.land) : model.style.land;
    return element("div", { class: "step" }, bar, element("span", {}, text));
  });
  return element("div", { class: "scale change" }, ...steps);
}

function reachKeys(model: Model): HTMLElement {
  const lined = isLined(model);
  const keys = reachMinutes(model).map((minutes) => {
    const sample = lined ? lineSample(model, minutes) : bandSwatch(model, minutes);
    return key(sample, model.word("within", { n: String(minutes) }));
  });
  return element("p", { class: "keys" }, ...keys);
}

function bandSwatch(model: Model, minutes: number): HTMLElement {
  return swatch({ background: onLand(model.style.accent, bandOpacity(model, minutes), model.style.land) });
}

function gapKeys(model: Model, zoom: number): HTMLElement {
  const most = model.gaps().reduce((largest, gap) => Math.max(largest, gap.people), 0);
  if (!most) {
    return element("p", { class: "keys" }, noGaps(model, model.category.demanded));
  }
  const plate = element("span", { class: "plate" }, count(roundBelow(most)));
  const keys = [key(plate, model.word("plate_people"))];
  if (hasCircles(model, zoom)) {
    const people = roundBelow(most);
    keys.push(key(gapCircle(model, people, zoom), model.word("people_unit", { n: count(people) })));
  }
  return element("p", { class: "keys circles" }, ...keys);
}

// Whether the polygons are too small for figures.
function hasCircles(model: Model, zoom: number): boolean {
  return model.usualWidth() * 2 ** (zoom - WORLD_ZOOM) < PLATE_WIDTH;
}

function gapCircle(model: Model, people: number, zoom: number): HTMLElement {
  const size = `${2 * gapRadius(people, model, zoom)}px`;
  const circle = element("i", { class: "circle" });
  const { gap, halo } = model.style;
  Object.assign(circle.style, { width: size, height: size, borderColor: gap, background: halo });
  return circle;
}

// "Facilities: clinic 0" beside no symbol would only make a reader look for what is not there.
function pointEntries(model: Model): Entry[] {
  const own = Object.keys(model.style.symbols).map((kind) => ({
    layer: kind,
    name: pointName(model, kind),
    icon: symbolIcon(model.style.symbols[kind], 20),
    number: model.countShown(kind),
  })).filter(({ number }) => number > 0);
  const others = model.countOthers();
  return others ? [...own, { layer: "others", name: model.word("others"), number: others }] : own;
}

function pointName(model: Model, kind: Kind): string {
  if (kind !== "facility") return model.word(kind);
  return model.word("facility_of", { category: model.say(model.category.name) });
}

// What an outline and a broken outline mean, where some place that is shown has one.
function standingKeys(model: Model): Element[] {
  const there = new Set(
    model.facilities.kind.flatMap((_, i) => (model.facilityShown(i) ? [model.standing(i)] : [])),
  );
  const kind = Object.keys(model.style.symbols).find((each) => model.countShown(each) > 0);
  if (kind === undefined) return [];
  const symbol = model.style.symbols[kind];
  return (["closed", "unknown", "absent"] as const)
    .filter((standing) => there.has(standing))
    .map((standing) => {
      const icon = symbolIcon(symbol, 16, true, standing === "absent");
      return element("p", { class: "keys small" }, key(icon, model.word(`standing_${standing}`)));
    });
}

function demandEntries(model: Model): Entry[] {
  return model.demand.count ? [{ layer: "demand", name: model.word("demand") }] : [];
}

function key(sample: Element, text: string): HTMLElement {
  return element("span", { class: "key" }, sample, text);
}

function swatch(look: Partial<CSSStyleDeclaration>): HTMLElement {
  const node = element("span", { class: "swatch" });
  Object.assign(node.style, look);
  return node;
}
