// A form in which a planner writes a siting question and saves it for `lifecircle site`.

import { button, element } from "../core/dom";
import type { Model } from "../core/model";
import { type Question, questionText } from "../core/question_file";
import { Fields, type NumberField } from "./question_fields";
import { fileName, saveText } from "../core/save";

const MOST_LISTED = 500; // places offered by name while one is typed

const NEW: NumberField = { key: "new", least: 0, step: 1 };
const AMOUNTS: ReadonlyMap<string, NumberField> = new Map([
  ["new", NEW],
  ["budget", { key: "budget", least: 0, step: "any" }],
  ["cover", { key: "cover", least: 0.1, most: 100, step: "any" }],
]);
// In the order in which they are written.
const NUMBERS = [
  "minutes", "each_area", "grid_floor", "area_floor", "apart_metres", "close", "move", "time_limit_seconds",
];
const CHOICES = ["goal", "fair", "candidates"];
const SHARES: ReadonlySet<string> = new Set(["cover", "grid_floor", "area_floor"]);

export class QuestionForm {
  readonly root = element("details", { class: "question" });
  private readonly fields: Fields;
  private readonly places: Readonly<Record<"must_close" | "keep", string[]>> = { must_close: [], keep: [] };
  private readonly body = element("div", { class: "fields" });
  private readonly said = element("div", { class: "saved", "aria-live": "polite" });

  constructor(private readonly model: Model) {
    const word = (key: string): string => this.word(key);
    this.fields = new Fields(word, () => { this.draw(); });
    this.root.addEventListener("toggle", () => {
      if (this.root.open) this.draw();
    });
    model.onChange((changed) => {
      if (changed.has("language") || changed.has("category")) this.speak();
    });
    this.speak();
  }

  private word(key: string): string {
    return this.model.word(`question_${key}`);
  }

  private speak(): void {
    this.root.hidden = this.model.category.id === "";
    this.root.replaceChildren(element("summary", {}, this.word("title")), this.body, this.said);
    this.said.replaceChildren();
    if (this.root.open) this.draw();
  }

  // Once more, with what is written so far: which rules can be asked for depends on the goal.
  private draw(): void {
    const focus = document.activeElement?.getAttribute("data-question");
    const { fields } = this;
    this.body.replaceChildren(
      element("p", { class: "quiet" }, this.word("hint")),
      fields.text("name", this.usualName),
      this.asked(),
      ...(this.isShare ? [] : [fields.choice("goal", ["people", "minutes", "worst"])]),
      fields.number({ key: "minutes", least: 1, most: 240, step: "any" }, String(this.model.minutes)),
      fields.choice("candidates", ["", "layer", "junctions", "grid"]),
      element("h3", {}, this.word("rules")),
      ...this.partRules(),
      ...this.siteRules(),
      button({ class: "save-question" }, () => { this.save(); }, this.word("save")),
    );
    if (focus) this.body.querySelector<HTMLElement>(`[data-question="${focus}"]`)?.focus();
  }

  private get usualName(): string {
    return this.model.word("question_usual_name", { category: this.model.say(this.model.category.name) });
  }

  private get isShare(): boolean {
    return this.fields.answer("asked") === "cover";
  }

  private get countsPeople(): boolean {
    return this.isShare || (this.fields.answer("goal") || "people") === "people";
  }

  // Rules by polygon and group, as far as the study has any.
  private partRules(): HTMLElement[] {
    const { kinds, content } = this.model;
    const { fields } = this;
    const parts: string[] = [...new Set(kinds)];
    const rules = parts.length ? [fields.number({ key: "each_area", least: 0, step: 1 })] : [];
    ["grid", "area"].filter((kind) => parts.includes(kind)).forEach((kind) => {
      rules.push(fields.number({ key: `${kind}_floor`, least: 0, most: 100, step: "any" }));
    });
    if ((content.reach?.groups.length ?? 0) > 1) parts.push("group");
    if (this.countsPeople && !this.isShare && parts.length) rules.push(fields.choice("fair", ["none", ...parts]));
    return rules;
  }

  private siteRules(): HTMLElement[] {
    const { fields } = this;
    return [
      fields.flag("capacity"),
      ...(this.countsPeople && !fields.answer("capacity") ? [fields.flag("copies")] : []),
      fields.number({ key: "apart_metres", least: 0, step: "any" }),
      fields.number({ key: "close", least: 0, step: 1 }),
      fields.number({ key: "move", least: 0, step: 1 }),
      this.named("must_close"),
      this.named("keep"),
      fields.number({ key: "time_limit_seconds", least: 1, step: "any" }),
    ];
  }

  private get amount(): NumberField {
    return AMOUNTS.get(this.fields.answer("asked")) ?? NEW;
  }

  // How much may be built, or how many are to be covered: one of the three.
  private asked(): HTMLElement {
    const { fields, amount } = this;
    const control = fields.input(amount, amount === NEW ? "1" : "");
    return element("div", { class: "asked" }, fields.selection("asked", [...AMOUNTS.keys()]), control);
  }

  // Places of the service shown, one after the other; what is typed is an id or a name.
  private named(key: "must_close" | "keep"): HTMLElement {
    const chosen = this.places[key];
    const offered = this.offered(key).map(({ id, label }) => element("option", { value: id }, label));
    const listed = element("datalist", { id: `question-${key}` }, ...offered);
    const input = element("input", { type: "text", list: `question-${key}`, "data-question": key });
    input.addEventListener("change", () => {
      const place = input.value.trim();
      if (place && !chosen.includes(place)) chosen.push(place);
      this.draw();
    });
    const chips = chosen.map((place, at) => button(
      { class: "chip", title: this.word("remove") },
      () => { chosen.splice(at, 1); this.draw(); },
      `${this.nameOf(place)} ×`,
    ));
    return element("div", {}, this.fields.row(key, input), listed, element("div", { class: "chips" }, ...chips));
  }

  // To be closed stands what the service has today; to be kept too, and the candidates of a plan.
  private offered(key: string): { id: string; label: string }[] {
    const { facilities, state, content } = this.model;
    const isSite = (at: number): boolean => {
      const candidate = facilities.kind[at] === "chosen" || facilities.kind[at] === "rejected";
      return candidate ? key === "keep" : facilities.category[at] === state.category || content.siting !== null;
    };
    return facilities.id.flatMap((id, at) => (isSite(at) ? [{ id, label: facilities.name[at] ?? id }] : []))
      .slice(0, MOST_LISTED);
  }

  private nameOf(place: string): string {
    const at = this.model.facilities.id.indexOf(place);
    return (at < 0 ? null : this.model.facilities.name[at]) ?? place;
  }

  // The first field that is missing or out of range; null where all is well.
  private wrong(): HTMLInputElement | null {
    const needed = new Set(["name", this.amount.key]);
    const inputs = [...this.body.querySelectorAll<HTMLInputElement>("input")];
    return inputs.find((input) => {
      const isEmpty = needed.has(input.getAttribute("data-question") ?? "") && input.value.trim() === "";
      return isEmpty || !input.checkValidity();
    }) ?? null;
  }

  // What stands in the form now, in the words of the question.
  question(): Question {
    const { fields, model, body } = this;
    const shown = (key: string): boolean => body.querySelector(`[data-question="${key}"]`) !== null;
    const written: [string, Question[string]][] = [];
    [this.amount.key, ...NUMBERS].forEach((key) => {
      const text = fields.answer(key);
      if (text !== "" && shown(key)) written.push([key, SHARES.has(key) ? `${text}%` : Number(text)]);
    });
    CHOICES.forEach((key) => {
      const chosen = fields.answer(key);
      if (chosen && chosen !== "none" && shown(key)) written.push([key, chosen]);
    });
    if (fields.answer("capacity")) written.push(["capacity", "limits"]);
    if (fields.answer("copies") && shown("copies")) written.push(["copies", 2]);
    Object.entries(this.places).forEach(([key, places]) => {
      if (places.length) written.push([key, [...places]]);
    });
    const name = (fields.answers.get("name") ?? this.usualName).trim();
    return { name, category: model.category.id, ...Object.fromEntries(written) };
  }

  private save(): void {
    const wrong = this.wrong();
    if (wrong) {
      wrong.focus();
      this.said.replaceChildren(element("p", { class: "wrong" }, this.word("wrong")));
      return;
    }
    const question = this.question();
    const text = questionText(question);
    const file = fileName(`${question.name}.toml`);
    saveText(file, text, "application/toml");
    this.said.replaceChildren(
      element("p", {}, this.model.word("question_saved", { file })),
      element("pre", {}, `lifecircle site . --question "${file}"`),
      element("pre", { class: "text" }, text),
    );
    this.said.scrollIntoView({ block: "nearest" });
  }
}
