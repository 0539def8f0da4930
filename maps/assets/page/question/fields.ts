// Fields of a form that keep what is written in them, each with its words and how it is written into a question.

import { button, element } from "../core/dom";
import type { Value } from "./file";

// A field with a number: the least, the most and the step that may be typed, and whether it is a share of 100.
export interface NumberField {
  readonly key: string;
  readonly least: number;
  readonly most?: number;
  readonly step: number | "any";
  readonly isShare?: boolean;
  // What it is called and kept as in the form, where that is not its key.
  readonly at?: string;
}

// Something that may be chosen, and what it is called.
export interface Offered {
  readonly id: string;
  readonly label: string;
}

interface Shown {
  readonly key: string;
  // Null where nothing is written.
  readonly read: () => Value | null;
}

const MOST_YEARS = 12;
const PARTED = /[,，、\s]+/;

export class Fields {
  // What is written in the form, by field.
  readonly answers = new Map<string, string>();
  private readonly lists = new Map<string, string[]>();
  private shown: Shown[] = [];

  // `changed` is called where an answer decides which fields there are.
  constructor(
    private readonly word: (key: string) => string,
    private readonly changed: () => void,
  ) {}

  // The form is drawn anew; only what is drawn since is written.
  begin(): void {
    this.shown = [];
  }

  written(): Map<string, Value> {
    const rows = new Map<string, Value>();
    this.shown.forEach(({ key, read }) => {
      const value = read();
      if (value !== null) rows.set(key, value);
    });
    return rows;
  }

  answer(key: string): string {
    return this.answers.get(key) ?? "";
  }

  list(key: string): readonly string[] {
    return this.lists.get(key) ?? [];
  }

  row(key: string, control: Node): HTMLElement {
    return element("label", { class: "control" }, element("span", {}, this.word(key)), control);
  }

  text(key: string, usual: string): HTMLElement {
    return this.row(key, this.line(key, usual, { type: "text" }, (text) => text || null));
  }

  date(key: string): HTMLElement {
    return this.row(key, this.line(key, "", { type: "date" }, (text) => text || null));
  }

  // Several numbers, one a year.
  years(key: string, number: string): HTMLElement {
    const pattern = `\\s*${number}(\\s*[,，、\\s]\\s*${number}){0,${MOST_YEARS - 1}}\\s*`;
    const attributes = { type: "text", pattern, placeholder: this.word("years_example") };
    return this.row(key, this.line(key, "", attributes, (text) => (
      text ? text.split(PARTED).map(Number) : null
    )));
  }

  private line(
    key: string,
    usual: string,
    attributes: Readonly<Record<string, string>>,
    read: (text: string) => Value | null,
  ): HTMLInputElement {
    const input = element("input", { value: this.answers.get(key) ?? usual, "data-question": key, ...attributes });
    input.addEventListener("input", () => { this.answers.set(key, input.value); });
    this.shown.push({ key, read: () => read(input.value.trim()) });
    return input;
  }

  number(field: NumberField, usual = ""): HTMLElement {
    return this.row(field.at ?? field.key, this.input(field, usual));
  }

  input(field: NumberField, usual: string): HTMLInputElement {
    const { key, at = key } = field;
    const input = this.typed(field, at, usual);
    input.setAttribute("aria-label", this.word(at));
    this.shown.push({ key, read: () => this.numberIn(field, at) });
    return input;
  }

  // A number for each label.
  table(field: NumberField, labels: readonly Offered[]): HTMLElement {
    const at = (id: string): string => `${field.key}:${id}`;
    const rows = labels.map(({ id, label }) => (
      element("label", { class: "control" }, element("span", {}, label), this.typed(field, at(id), ""))
    ));
    this.shown.push({
      key: field.key,
      read: () => {
        const filled = labels.flatMap(({ id }) => {
          const value = this.numberIn(field, at(id));
          return value === null ? [] : [[id, value] as const];
        });
        return filled.length ? new Map(filled) : null;
      },
    });
    return element("fieldset", {}, element("legend", {}, this.word(field.key)), ...rows);
  }

  private typed({ least, most, step }: NumberField, key: string, usual: string): HTMLInputElement {
    if (!this.answers.has(key)) this.answers.set(key, usual);
    const limits = { min: least, max: most, step };
    const input = element("input", { type: "number", value: this.answer(key), ...limits, "data-question": key });
    input.addEventListener("input", () => { this.answers.set(key, input.value); });
    return input;
  }

  private numberIn({ isShare }: NumberField, key: string): string | number | null {
    const text = this.answer(key);
    if (text === "") return null;
    return isShare ? `${text}%` : Number(text);
  }

  selection(key: string, options: readonly string[]): HTMLSelectElement {
    const select = element("select", { "data-question": key, "aria-label": this.word(key) });
    const chosen = this.chosen(key, options);
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

  // One of several; the first is what holds where nothing is written.
  choice(key: string, options: readonly string[], read: (chosen: string) => Value = (chosen) => chosen): HTMLElement {
    const chosen = (): string => this.chosen(key, options);
    this.shown.push({ key, read: () => (chosen() === options[0] ? null : read(chosen())) });
    return this.row(key, this.selection(key, options));
  }

  private chosen(key: string, options: readonly string[]): string {
    return options.includes(this.answer(key)) ? this.answer(key) : options[0];
  }

  flag(key: string, value: Value): HTMLElement {
    this.shown.push({ key, read: () => (this.answer(key) ? value : null) });
    return this.box(key, this.word(key), Boolean(this.answer(key)), (isOn) => {
      this.answers.set(key, isOn ? "yes" : "");
    });
  }

  // Any number of what is offered.
  checks(key: string, offered: readonly Offered[]): HTMLElement {
    const boxes = offered.map(({ id, label }) => (
      this.box(`${key}:${id}`, label, this.list(key).includes(id), (isOn) => {
        const kept = this.list(key).filter((each) => each !== id);
        this.lists.set(key, isOn ? [...kept, id] : kept);
      })
    ));
    this.shown.push({ key, read: () => this.listed(key) });
    return element("fieldset", {}, element("legend", {}, this.word(key)), ...boxes);
  }

  private box(key: string, label: string, checked: boolean, set: (isOn: boolean) => void): HTMLElement {
    const input = element("input", { type: "checkbox", checked, "data-question": key });
    input.addEventListener("change", () => {
      set(input.checked);
      this.changed();
    });
    return element("label", { class: "flag" }, input, element("span", {}, label));
  }

  // Things by id or name, typed one after the other.
  named(key: string, offered: readonly Offered[], nameOf: (id: string) => string): HTMLElement {
    const chosen = [...this.list(key)];
    const options = offered.map(({ id, label }) => element("option", { value: id }, label));
    const listed = element("datalist", { id: `question-${key}` }, ...options);
    const input = element("input", { type: "text", list: `question-${key}`, "data-question": key });
    const keep = (names: string[]): void => {
      this.lists.set(key, names);
      this.changed();
    };
    input.addEventListener("change", () => {
      const name = input.value.trim();
      keep(name && !chosen.includes(name) ? [...chosen, name] : chosen);
    });
    const chips = chosen.map((name, at) => button(
      { class: "chip", title: this.word("remove") },
      () => { keep(chosen.filter((_, each) => each !== at)); },
      `${nameOf(name)} ×`,
    ));
    this.shown.push({ key, read: () => this.listed(key) });
    return element("div", {}, this.row(key, input), listed, element("div", { class: "chips" }, ...chips));
  }

  private listed(key: string): readonly string[] | null {
    return this.list(key).length ? this.list(key) : null;
  }
}
