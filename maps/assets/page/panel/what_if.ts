// What a new place, or one place less, would change for the service shown, and the file that says so.

import { type ChangeFile, changeText } from "../core/change_file";
import { type Child, button, element } from "../core/dom";
import type { Model } from "../core/model";
import { count } from "../core/words";
import { notes } from "./here";
import type { Answers } from "../streets/answers";
import type { Joined } from "../streets/joined";
import type { LonLat } from "../streets/path";
import { type Changes, type Outcome, WhatIf } from "../streets/changes";

const MINUTE = 60000;
const NOTHING: Changes = { opened: [], closed: [], moved: [] };

export class WhatIfPart {
  private readonly whatIf: WhatIf;

  constructor(
    private readonly model: Model,
    private readonly answers: Answers,
  ) {
    this.whatIf = new WhatIf(answers, (point) => model.peopleAt(point));
  }

  // Null where the mean of several decides, which is left to the program.
  opening(at: LonLat, joined: Joined): Child {
    const { model } = this;
    if (!this.isPossible) return null;
    const [lon, lat] = at;
    const { id } = model.category;
    const name = model.word("what_if_open_name", { category: model.say(model.category.name) });
    const file = { name, open: { id: `${id}-${lon.toFixed(7)}-${lat.toFixed(7)}`, category: id, lon, lat } };
    return this.part("what_if_open", { ...NOTHING, opened: [joined] }, file);
  }

  // Null for a place that does not answer to the service shown.
  closing(facility: number): Child {
    const { model, answers } = this;
    const { case: shown, category } = model.state;
    if (!this.isPossible || !answers.open(category, shown).includes(facility)) return null;
    const id = model.facilities.id[facility];
    const name = model.word("what_if_close_name", { name: model.facilities.name[facility] ?? id });
    return this.part("what_if_close", { ...NOTHING, closed: [facility] }, { name, close: { id } });
  }

  private get isPossible(): boolean {
    const { category, state } = this.model;
    return category.id !== "" && !(category.mean[state.minutes] && category.count[state.minutes] > 1);
  }

  private part(key: string, changes: Changes, file: ChangeFile): HTMLElement {
    const { model } = this;
    const said = element("div", { "aria-live": "polite" });
    const ask = (): void => {
      said.replaceChildren(...this.said(this.outcome(changes), file));
      said.scrollIntoView({ block: "nearest" });
    };
    const label = model.word(key, { category: model.say(model.category.name) });
    return element("section", { class: "what-if" }, button({ class: "to-grid" }, ask, label), said);
  }

  // For the service, case and minutes shown.
  outcome(changes: Changes): Outcome {
    const { category, state, minutes } = this.model;
    const limit = Math.round(minutes * MINUTE);
    const question = { shown: state.case, category: state.category, limit, count: category.count[state.minutes] };
    return this.whatIf.outcome(question, changes);
  }

  private said({ before, after, gained, lost }: Outcome, file: ChangeFile): Node[] {
    const { model } = this;
    const groups = model.content.reach?.groups ?? [];
    const minutes = String(model.minutes);
    const rows = groups.flatMap((name, group) => {
      const more = gained[group] - lost[group];
      if (Math.round(more) === 0) return [];
      const signed = `${more > 0 ? "+" : "−"}${count(Math.abs(more))}`;
      return [element("li", {}, `${model.say(name)} ${signed}`)];
    });
    const sentence = model.word("what_if_total", { before: count(before), after: count(after), minutes });
    const save = (): void => {
      saveText(`${file.name.replace(/[\\/:*?"<>|]/g, "-")}.toml`, changeText(file));
    };
    return [
      element("p", {}, sentence),
      rows.length ? element("ul", {}, ...rows) : element("p", {}, model.word("what_if_nobody")),
      // The card of a place that is asked about says them already.
      ...(file.close ? notes(model) : []),
      button({ class: "link save-change" }, save, model.word("what_if_save")),
    ];
  }
}

export function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
  element("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
