// What a trial comes to, in words: people before and after, by group and by polygon.

import { element } from "../core/dom";
import { notes } from "../core/notes";
import { SOMEBODY, count, percent } from "../core/words";
import { changedPolygons, signed } from "../draw/changed";
import type { Outcome } from "../streets/changes";
import { isEmpty } from "../core/draft";
import type { Desk } from "./desk";

const LISTED = 4;

export function outcomeNodes(desk: Desk): Node[] {
  const { model } = desk;
  if (isEmpty(desk.draft) && !desk.dragged) return [element("p", { class: "try-intro" }, model.word("try_intro"))];
  const outcome = desk.outcome();
  if (!outcome) return [element("p", {}, model.word("try_mean"))];
  const parts = [headline, groups, polygons].flatMap((part) => part(desk, outcome));
  return [...parts, ...notes(model, "try_reach_only")];
}

function headline(desk: Desk, { people, before, after, gained, lost }: Outcome): Node[] {
  const { model } = desk;
  const { language } = model.state;
  const shown = model.content.cases[model.state.case];
  const values = {
    before: percent(before, people, language),
    after: percent(after, people, language),
    category: model.say(model.category.phrase),
    minutes: String(model.minutes),
    profile: model.say(shown.profile),
  };
  const more = sum(gained);
  const fewer = sum(lost);
  const change = [
    more >= SOMEBODY ? element("b", { class: "plus" }, model.word("try_gained", { n: count(more) })) : null,
    fewer >= SOMEBODY ? element("b", { class: "minus" }, model.word("try_lost", { n: count(fewer) })) : null,
  ];
  const nobody = element("p", {}, model.word("try_nobody"));
  return [
    element("p", { class: "try-share" }, model.word("try_share", values)),
    element("p", { class: "try-people" }, model.word("try_people", { before: count(before), after: count(after) })),
    ...(model.isEstimated ? [element("p", { class: "note" }, model.word("try_estimated", { who: model.who() }))] : []),
    more >= SOMEBODY || fewer >= SOMEBODY ? element("p", { class: "try-change" }, ...change) : nobody,
  ];
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}

// Only where there are several.
function groups({ model }: Desk, { gained, lost }: Outcome): Node[] {
  const names = model.content.reach?.groups ?? [];
  if (names.length < 2) return [];
  const rows = names.flatMap((name, group) => {
    const more = gained[group] - lost[group];
    return Math.abs(more) < SOMEBODY ? [] : [element("li", {}, `${model.say(name)} ${signed(more)}`)];
  });
  return rows.length ? [element("ul", { class: "try-groups" }, ...rows)] : [];
}

function polygons({ model }: Desk, outcome: Outcome): Node[] {
  const all = changedPolygons(model, outcome.polygons);
  if (!all.length) return [];
  const rows = all.slice(0, LISTED).map((grid) => {
    const people = outcome.polygons[grid];
    const number = element("b", { class: people > 0 ? "plus" : "minus" }, signed(people));
    return element("li", {}, element("span", {}, model.grids.name[grid]), number);
  });
  const rest = all.length - rows.length;
  const more = rest > 0 ? [element("li", { class: "rest" }, model.word("try_more_polygons", { n: String(rest) }))] : [];
  return [element("h3", {}, model.word("try_polygons")), element("ul", { class: "try-polygons" }, ...rows, ...more)];
}
