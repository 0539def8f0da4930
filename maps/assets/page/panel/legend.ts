// The legend: read from the same style and figures as the map, and the switch of each layer at once.

import { gapRadius } from "../draw/circles";
import { onLand } from "../core/colours";
import type { Kind } from "../core/content";
import { element } from "../core/dom";
import type { Model } from "../core/model";
import { bandOpacity, isLined, lineSample, nearestMinutes, reachMinutes } from "../draw/reach";
import type { Layer } from "../core/state";
import { symbolIcon } from "../draw/symbols";
import { roundBelow } from "../core/ticks";
import { count } from "../core/words";

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
    ...(hasWaiting(model) ? [element("p", { class: "keys small" }, model.word("not_open"))] : []),
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
  if (model.gapsByChoice.size) {
    entries.push({ layer: "gaps", name: model.word("gaps"), body: () => [gapKeys(model, zoom)] });
  }
  if (isochrones.set.count) {
    const name = model.word(content.siting ? "site_reach" : "isochrones");
    entries.push({ layer: "isochrones", name, body: () => [reachKeys(model)] });
  }
  return entries;
}

function coverageEntry(model: Model): Entry {
  const category = model.say(model.category.phrase);
  return {
    layer: "coverage",
    name: model.word("coverage", { category, minutes: String(model.minutes) }),
    body: () => [coverageScale(model), ...(hasEmpty(model) ? [emptyKey(model)] : [])],
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
  const { colours, limits, opacity } = model.style.coverage;
  const from = [0, ...limits];
  const steps = colours.map((colour, k) => {
    const bar = element("i");
    bar.style.background = onLand(colour, opacity, model.style.land);
    return element("div", { class: "step" }, bar, element("span", {}, String(Math.round(100 * from[k]))));
  });
  return element("div", { class: "scale" }, ...steps, element("span", { class: "last" }, "100\u00a0%"));
}

function reachKeys(model: Model): HTMLElement {
  const lined = isLined(model);
  const shown = lined ? [nearestMinutes(model)] : reachMinutes(model);
  const keys = shown.map((minutes) => {
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
    return element("p", { class: "keys" }, model.word(model.category.demanded ? "no_gaps" : "not_a_gap"));
  }
  const large = roundBelow(most);
  const keys = [...new Set([large, roundBelow(large / 4)])].map((people) =>
    key(gapCircle(model, people, zoom), model.word("people_unit", { n: count(people) })),
  );
  return element("p", { class: "keys circles" }, ...keys);
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
  return Object.keys(model.style.symbols).map((kind) => ({
    layer: kind,
    name: pointName(model, kind),
    icon: symbolIcon(model.style.symbols[kind], 20),
    number: model.countShown(kind),
  })).filter(({ number }) => number > 0);
}

function pointName(model: Model, kind: Kind): string {
  if (kind !== "facility") return model.word(kind);
  return model.word("facility_of", { category: model.say(model.category.name) });
}

function hasWaiting({ facilities }: Model): boolean {
  return facilities.status.some((status) => status !== null && status !== "open");
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
