// Fields of a form that keep what is written in them, each with its words.

import { element } from "../core/dom";

// A field with a number: the least, the most and the step that may be typed.
export interface NumberField {
  readonly key: string;
  readonly least: number;
  readonly most?: number;
  readonly step: number | "any";
}

export class Fields {
  // What is written in the form, by field.
  readonly answers = new Map<string, string>();

  // `changed` is called where an answer decides which fields there are.
  constructor(
    private readonly word: (key: string) => string,
    private readonly changed: () => void,
  ) {}

  answer(key: string): string {
    return this.answers.get(key) ?? "";
  }

  row(key: string, control: Node): HTMLElement {
    return element("label", { class: "control" }, element("span", {}, this.word(key)), control);
  }

  text(key: string, usual: string): HTMLElement {
    const input = element("input", { type: "text", value: this.answers.get(key) ?? usual, "data-question": key });
    input.addEventListener("input", () => { this.answers.set(key, input.value); });
    return this.row(key, input);
  }

  number(field: NumberField, usual = ""): HTMLElement {
    return this.row(field.key, this.input(field, usual));
  }

  input({ key, least, most, step }: NumberField, usual: string): HTMLInputElement {
    if (!this.answers.has(key)) this.answers.set(key, usual);
    const limits = { min: least, max: most, step };
    const input = element("input", { type: "number", value: this.answer(key), ...limits, "data-question": key });
    input.setAttribute("aria-label", this.word(key));
    input.addEventListener("input", () => { this.answers.set(key, input.value); });
    return input;
  }

  selection(key: string, options: readonly string[]): HTMLSelectElement {
    const select = element("select", { "data-question": key, "aria-label": this.word(key) });
    const chosen = options.includes(this.answer(key)) ? this.answer(key) : options[0];
    options.forEach((value) => {
      const attributes = { value, selected: value === chosen };
      select.append(element("option", attributes, this.word(`${key}_${value || "usual"}`)));
    });
    select.addEventListener("change", () => {
      this.answers.set(key, select.value);
      this.changed();
    });
    return select;
  }

  choice(key: string, options: readonly string[]): HTMLElement {
    return this.row(key, this.selection(key, options));
  }

  flag(key: string): HTMLElement {
    const input = element("input", { type: "checkbox", checked: Boolean(this.answer(key)), "data-question": key });
    input.addEventListener("change", () => {
      this.answers.set(key, input.checked ? "yes" : "");
      this.changed();
    });
    return element("label", { class: "flag" }, input, element("span", {}, this.word(key)));
  }
}
