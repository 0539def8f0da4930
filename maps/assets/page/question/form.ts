// A form in which a planner writes a siting question and saves it for `lifecircle site`.

import { button, element } from "../core/dom";
import type { Model } from "../core/model";
import { fileName, saveText } from "../core/save";
import { Fields, type NumberField } from "./fields";
import { type Question, type Value, questionText } from "./file";
import { Press } from "./press";
import { Rules } from "./rules";

const WHOLE = "\\d+";
const MONEY = "\\d+(\\.\\d+)?";
const NEW: NumberField = { key: "new", least: 0, step: 1 };
const BUDGET: NumberField = { key: "budget", least: 0, step: "any" };
const AMOUNTS: ReadonlyMap<string, NumberField> = new Map([
  ["new", NEW],
  ["budget", BUDGET],
  ["cover", { key: "cover", least: 0.1, most: 100, step: "any", isShare: true }],
]);
// What may limit a plan beside what is asked for.
const LIMITS: ReadonlyMap<string, readonly NumberField[]> = new Map([
  ["new", [BUDGET]],
  ["cover", [{ ...NEW, at: "most_new" }, BUDGET]],
]);

export class QuestionForm {
  readonly root = element("details", { class: "question" });
  private readonly fields: Fields;
  private readonly rules: Rules;
  private readonly open = new Set<string>();
  private readonly body = element("div", { class: "fields" });
  private readonly said = element("div", { class: "saved", "aria-live": "polite" });

  constructor(private readonly model: Model) {
    const word = (key: string): string => this.word(key);
    const press = new Press(this.root);
    this.fields = new Fields(word, () => { press.after(() => { this.draw(); }); });
    this.rules = new Rules(model, this.fields);
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
    const save = button({ class: "save-question" }, () => { this.save(); }, this.word("save"));
    this.root.replaceChildren(element("summary", {}, this.word("title")), this.body, save, this.said);
    this.said.replaceChildren();
    if (this.root.open) this.draw();
  }

  // Once more, with what is written so far: which rules can be asked for depends on the goal.
  private draw(): void {
    const focus = document.activeElement?.getAttribute("data-question");
    const { fields, rules, model } = this;
    fields.begin();
    this.body.replaceChildren(
      element("p", { class: "quiet" }, this.word("hint")),
      fields.text("name", this.usualName),
      ...rules.services(),
      ...this.asked(),
      ...(rules.isShare ? [] : [fields.choice("goal", ["people", "minutes", "worst"])]),
      fields.number({ key: "minutes", least: 1, most: 240, step: "any" }, String(model.minutes)),
      ...rules.candidates(),
      ...this.part("parts", rules.parts()),
      ...this.part("service", rules.service()),
      ...this.part("sites", rules.sites()),
      ...this.part("cases", rules.cases()),
      ...this.part("search", rules.search()),
    );
    if (focus) this.body.querySelector<HTMLElement>(`[data-question="${CSS.escape(focus)}"]`)?.focus();
  }

  private get usualName(): string {
    return this.model.word("question_usual_name", { category: this.model.say(this.model.category.name) });
  }

  // Rules of one kind, folded away until they are wanted.
  private part(key: string, rules: readonly HTMLElement[]): HTMLElement[] {
    if (!rules.length) return [];
    const summary = element("summary", {}, this.word(`part_${key}`));
    const fields = element("div", { class: "fields" }, ...rules);
    const part = element("details", { open: this.open.has(key) }, summary, fields);
    part.addEventListener("toggle", () => {
      if (part.open) this.open.add(key);
      else this.open.delete(key);
    });
    return [part];
  }

  private get amount(): NumberField | null {
    const asked = this.fields.answer("asked") || "new";
    return AMOUNTS.get(asked) ?? null;
  }

  // How much may be built, at once or year by year, or how many are to be covered; then what limits it beside.
  private asked(): HTMLElement[] {
    const { fields, amount } = this;
    const choice = fields.selection("asked", [...AMOUNTS.keys(), "years"]);
    if (!amount) {
      return [fields.row("asked", choice), fields.years("phases", WHOLE), fields.years("phase_budgets", MONEY)];
    }
    const control = fields.input(amount, amount.key === "new" ? "1" : "");
    const limits = LIMITS.get(amount.key) ?? [];
    return [element("div", { class: "asked" }, choice, control), ...limits.map((limit) => fields.number(limit))];
  }

  // The first field that is missing or out of range; null where all is well.
  private wrong(): HTMLInputElement | null {
    const needed = new Set(["name", this.amount?.key ?? ""]);
    if (!this.amount && !this.fields.answer("phases") && !this.fields.answer("phase_budgets")) needed.add("phases");
    const inputs = [...this.body.querySelectorAll<HTMLInputElement>("input")];
    return inputs.find((input) => {
      const isEmpty = needed.has(input.getAttribute("data-question") ?? "") && input.value.trim() === "";
      return isEmpty || !input.checkValidity();
    }) ?? null;
  }

  // What stands in the form now, in the words of the question.
  question(): Question {
    const written = this.fields.written();
    const { id } = this.model.category;
    const others = written.get("categories") as readonly string[] | undefined;
    const service: [string, Value] = others ? ["categories", [id, ...others]] : ["category", id];
    written.delete("categories");
    return new Map([["name", this.name], service, ...written]);
  }

  private get name(): string {
    return (this.fields.answers.get("name") ?? this.usualName).trim();
  }

  private save(): void {
    const wrong = this.wrong();
    if (wrong) {
      wrong.closest("details")?.setAttribute("open", "");
      wrong.focus();
      this.said.replaceChildren(element("p", { class: "wrong" }, this.word("wrong")));
      return;
    }
    const question = this.question();
    const text = questionText(question);
    const file = fileName(`${this.name}.toml`);
    saveText(file, text, "application/toml");
    this.said.replaceChildren(
      element("p", {}, this.model.word("question_saved", { file })),
      element("pre", {}, `lifecircle site . --question "${file}"`),
      element("pre", { class: "text" }, text),
    );
    this.said.scrollIntoView({ block: "nearest" });
  }
}
