// What a headline is made of, for the choice a model shows; what a plan brings.

import type { Choice } from "./content";
import { type Facts, type Headline, NOTHING_UNKNOWN, headlineOf } from "./headline";
import type { Model } from "./model";
import { SOMEBODY } from "./words";

// Without any totals there is nothing to say, not even that nobody is counted.
export function headlineFor(model: Model): Headline {
  if (!model.content.totals.length) return { template: "", values: {} };
  const said = headlineOf(factsOf(model), (key, values) => model.word(key, values));
  // What the standard does not ask for is never said as if it did.
  return model.category.byStandard ? said : { ...said, template: model.word("beside_lead") + said.template };
}

// Why no gap is listed: that there is none is only said where some could have been found.
export function noGaps(model: Model, isAsked: boolean): string {
  const { unlooked } = model.content;
  if (!isAsked) return model.word("not_a_gap");
  return unlooked ? model.say(unlooked) : model.word("no_gaps");
}

function factsOf(model: Model): Facts {
  const { cases, siting } = model.content;
  const { state } = model;
  const current = cases[state.case];
  const gained = gainedBy(model);
  return {
    language: state.language,
    total: model.total(),
    unknown: model.total() ?? NOTHING_UNKNOWN,
    counting: model.counting(),
    gaps: model.gaps().length,
    kind: state.kind,
    who: model.who(),
    estimated: current.estimated,
    category: model.say(model.category.phrase),
    minutes: model.minutes,
    profile: model.say(current.profile),
    hour: model.hasHours ? model.say(current.hour) : null,
    plan: siting && gained !== null && gained >= SOMEBODY ? { sites: siting.new, gained } : null,
  };
}

// People gained by the plan in all; null where the map is not of a plan or shows today.
export function gainedBy(model: Model): number | null {
  const before = choiceBefore(model);
  const then = before && model.totalOf(before);
  const now = model.total();
  return then && now ? now.covered - then.covered : null;
}

export function gainedIn(model: Model, grid: number): number | null {
  const before = choiceBefore(model);
  const then = before && model.figureOf(grid, before);
  const now = model.figure(grid);
  return then && now ? now.covered - then.covered : null;
}

// The choice as it is without the plan that is shown; null where none is.
function choiceBefore({ content, state }: Model): Choice | null {
  const { siting } = content;
  return state.case === siting?.after ? [siting.before, state.category, state.minutes] : null;
}
