// The card of a place or of a polygon. Everything the user wrote is set as text.

import { coverageColour } from "../core/colours";
import type { Kind, Status } from "../core/content";
import { hoursInWords } from "../core/hours_words";
import { type Child, element } from "../core/dom";
import { safeLink } from "../core/links";
import type { Model } from "../core/model";
import { gridScore } from "./grid_score";
import { gainedNote, siteRows } from "./plan";
import { lineSample } from "../draw/reach";
import { symbolIcon } from "../draw/symbols";
import { SOMEBODY, count, percent } from "../core/words";

// Of these the service is said by the kind already.
const WITHOUT_SERVICE: readonly Kind[] = ["station", "chosen", "rejected"];

export function facilityCard(model: Model, i: number): HTMLElement {
  const { name, kind, status } = model.facilities;
  const said = standingWords(model, i, status[i]);
  const standing = model.standing(i);
  const words = model.word(`one_${kind[i]}`) + (said ? ` · ${said}` : "");
  const heading = name[i];
  return element(
    "article",
    { class: "card" },
    element(
      "header",
      {},
      symbolIcon(model.style.symbols[kind[i]], 30, standing !== "open", standing === "absent"),
      element(
        "div",
        {},
        element("h2", {}, heading === null || heading === "" ? model.word("unnamed") : heading),
        element("p", { class: "kind" }, words),
      ),
    ),
    element("dl", {}, ...facilityRows(model, i)),
    reachKey(model, i),
  );
}

// How a place stands in the case shown: what its status says of it, else whether it is open then.
function standingWords(model: Model, i: number, status: Status | null): string {
  const standing = model.standing(i);
  if (status !== null && status !== "open" && standing !== "open") return model.word(`status_${status}`);
  if (standing === "open") return model.state.hour >= 0 || model.hasHours ? model.word("standing_open") : "";
  return model.word(`standing_${standing}`);
}

function facilityRows(model: Model, i: number): HTMLElement[] {
  const { facilities } = model;
  const tier = facilities.tier[i];
  const capacity = facilities.capacity[i];
  const hasService = !WITHOUT_SERVICE.includes(facilities.kind[i]);
  return [
    ...siteRows(model, i),
    ["tier", tier === null ? null : model.term(tier)] as const,
    ["service", hasService ? serviceOf(model, i) : null] as const,
    ["functions", functionChips(model, i)] as const,
    ["hours", hoursOf(model, i)] as const,
    ["opens_on", facilities.opens_on[i]] as const,
    ["address", facilities.address[i]] as const,
    ["phone", facilities.phone[i]] as const,
    ["website", linkOrText(facilities.website[i])] as const,
    ["capacity", capacity === null ? null : count(capacity)] as const,
  ].flatMap(([label, value]) =>
    value === null || value === "" ? [] : [element("dt", {}, model.word(label)), element("dd", {}, value)],
  );
}

function hoursOf({ facilities, state }: Model, i: number): string | null {
  const hours = facilities.opening_hours[i];
  return hours === null ? null : hoursInWords(hours, state.language);
}

function serviceOf(model: Model, i: number): string | null {
  const category = model.facilities.category[i];
  return category < 0 ? model.facilities.categoryId[i] : model.say(model.content.categories[category].name);
}

function functionChips(model: Model, i: number): Child {
  const chips = model.facilities.functions[i].map((each) => element("span", { class: "chip" }, model.term(each)));
  return chips.length ? element("span", { class: "chips" }, ...chips) : null;
}

function linkOrText(text: string | null): Child {
  const href = text === null ? null : safeLink(text);
  if (text === null || href === null) return text;
  const shown = text.replace(/^https?:\/\//i, "");
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, shown);
}

// What the lines around a selected place mean.
function reachKey(model: Model, i: number): Child {
  const { facility, minutes, case: cases } = model.isochrones;
  const mine = minutes.filter((_, k) => facility[k] === i && cases[k] === model.state.case);
  if (!mine.length) return null;
  const keys = mine
    .sort((a, b) => a - b)
    .map((each) => element("span", {}, lineSample(model, each), model.word("within", { n: String(each) })));
  return element("p", { class: "reach-key" }, ...keys);
}

export function gridCard(model: Model, grid: number): HTMLElement {
  const figure = model.figure(grid);
  const people = figure
    ? model.word("counted", { n: model.people(figure.people), who: model.who() })
    : model.word("nobody");
  const hasShare = figure !== null && figure.share !== null;
  return element(
    "article",
    { class: "card" },
    element(
      "header",
      {},
      element(
        "div",
        {},
        element("h2", {}, model.grids.name[grid]),
        element("p", { class: "kind" }, people),
      ),
    ),
    hasShare ? element("p", { class: "of" }, model.say(model.category.name)) : null,
    bars(model, grid),
    gainedNote(model, grid),
    gapNote(model, grid),
    needsNote(model, grid),
    ...gridScore(model, grid),
  );
}

function gapNote(model: Model, grid: number): Child {
  const gap = model.gaps().find((each) => each.grid === grid);
  const full = model.figure(grid)?.full ?? 0;
  if (!gap) return full >= SOMEBODY ? element("p", {}, model.word("full", { n: model.people(full) })) : null;
  const people = element("b", {}, model.word("left_out", { n: model.people(gap.people) }));
  return element("p", { class: "gap" }, people, gap.cause ? ` · ${model.say(gap.cause)}` : null);
}

// What was raised and settled in a polygon; nothing where there was no case.
function needsNote(model: Model, grid: number): Child {
  const { needs } = model.content;
  const row = needs ? needs.grid.indexOf(grid) : -1;
  if (!needs || row < 0) return null;
  const raised = needs.raised[row];
  const settled = needs.settled[row];
  if (raised === null || settled === null) return element("p", {}, model.word("needs_hidden"));
  const share = percent(settled, raised, model.state.language);
  return element("p", {}, model.word("needs_in", { raised: count(raised), settled: count(settled), share }));
}

// One bar a number of minutes, the chosen one marked.
function bars(model: Model, grid: number): HTMLElement {
  const rows = model.content.minutes.map((_, place) => bar(model, grid, place));
  return element("div", { class: "bars" }, ...rows);
}

function bar(model: Model, grid: number, place: number): Child {
  const figure = model.figure(grid, place);
  const share = figure?.share ?? null;
  if (!figure || share === null) return null;
  const filled = element("i");
  filled.style.width = `${100 * share}%`;
  filled.style.background = coverageColour(share, model.category.target, model.style.coverage);
  return element(
    "div",
    { class: place === model.state.minutes ? "chosen" : "" },
    element("span", {}, model.word("minutes_unit", { n: String(model.content.minutes[place]) })),
    element("span", { class: "bar" }, filled),
    element("b", {}, percent(figure.covered, figure.people, model.state.language)),
  );
}
