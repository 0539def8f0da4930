// Every gap of the case shown, of all services at their own minutes: sorted by any column, and saved as CSV.

import type { Gap } from "../core/gaps";
import { button, element } from "../core/dom";
import type { Model } from "../core/model";
import { noGaps } from "../core/said";
import { saveText } from "../core/save";
import { count } from "../core/words";

const FIRST = 60;

type Column = "place" | "service" | "people" | "cause";
const COLUMNS: readonly Column[] = ["people", "place", "service", "cause"];

interface Row extends Gap {
  readonly category: number;
  readonly minutes: number;
}

export class GapTable {
  readonly root = element("section", { class: "gap-table" });
  private by: Column = "people";
  private isDown = true;
  private isAll = false;
  private isEverything = false;

  constructor(
    private readonly model: Model,
    private readonly show: (grid: number) => void,
  ) {}

  draw(): void {
    const { model } = this;
    const rows = this.rows();
    const shown = this.isAll ? rows : rows.slice(0, FIRST);
    const showAll = (): void => {
      this.isAll = true;
      this.draw();
    };
    const isAsked = this.isEverything || model.category.demanded;
    const none = element("p", { class: "keys" }, noGaps(model, isAsked));
    const every = model.word("gaps_more", { n: count(rows.length) });
    const more = button({ class: "link", "data-gaps": "more" }, showAll, every);
    this.root.replaceChildren(
      this.scope(),
      rows.length ? this.table(shown) : none,
      ...(rows.length > shown.length ? [more] : []),
      this.save(rows),
    );
  }

  // One service, or all that the standard requires.
  private scope(): HTMLElement {
    const { model } = this;
    const choose = (isEverything: boolean, key: string): HTMLButtonElement =>
      button(
        { "aria-pressed": String(this.isEverything === isEverything), "data-gaps": key },
        () => {
          this.isEverything = isEverything;
          this.isAll = false;
          this.redraw(key);
        },
        model.word(key),
      );
    const both = [choose(false, "gaps_this"), choose(true, "gaps_every")];
    return element("div", { class: "segments", role: "group", "aria-label": model.word("gaps_scope") }, ...both);
  }

  private rows(): Row[] {
    const { model } = this;
    const { state, content } = model;
    const choices = this.isEverything
      ? content.categories.map((_, category) => ({ category, minutes: model.usualMinutes(category) }))
      : [{ category: state.category, minutes: state.minutes }];
    const rows = choices.flatMap(({ category, minutes }) =>
      model.gapsOf([state.case, category, minutes]).map((gap) => ({ ...gap, category, minutes })),
    );
    return rows.sort(this.order());
  }

  private order(): (a: Row, b: Row) => number {
    const { by, model } = this;
    const sign = this.isDown ? -1 : 1;
    if (by === "people") return (a, b) => sign * (a.people - b.people) || a.grid - b.grid;
    const words = new Intl.Collator(model.state.language === "zh" ? "zh-CN" : "en");
    return (a, b) => sign * words.compare(this.text(a, by), this.text(b, by)) || b.people - a.people;
  }

  private text(row: Row, column: Column): string {
    const { model } = this;
    if (column === "people") return model.people(row.people);
    if (column === "place") return model.grids.name[row.grid];
    if (column === "service") return model.say(model.content.categories[row.category].name);
    return row.cause ? model.say(row.cause) : "";
  }

  private table(rows: readonly Row[]): HTMLElement {
    const columns = COLUMNS.filter((each) => each !== "service" || this.isEverything);
    const head = element("tr", {}, ...columns.map((each) => this.heading(each)));
    const body = rows.map((row) => element("tr", {}, ...columns.map((each) => this.cell(row, each))));
    return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  }

  private heading(column: Column): HTMLElement {
    const isBy = this.by === column;
    const sort = isBy ? (this.isDown ? "descending" : "ascending") : null;
    const press = (): void => {
      this.isDown = isBy ? !this.isDown : column === "people";
      this.by = column;
      this.redraw(column);
    };
    const word = this.model.word(`gaps_${column}`);
    return element("th", { scope: "col", "aria-sort": sort }, button({ "data-gaps": column }, press, word));
  }

  // Drawn anew, with the focus where it was.
  private redraw(key: string): void {
    this.draw();
    this.root.querySelector<HTMLElement>(`[data-gaps="${key}"]`)?.focus();
  }

  private cell(row: Row, column: Column): HTMLElement {
    const text = this.text(row, column);
    if (column !== "place") return element("td", { class: column }, text);
    const open = (): void => {
      this.model.set({ category: row.category, minutes: row.minutes });
      this.show(row.grid);
    };
    return element("td", { class: column }, button({ class: "link" }, open, text));
  }

  private save(rows: readonly Row[]): HTMLElement {
    const { model } = this;
    const write = (): void => {
      saveText(`${model.word("gaps_file")}.csv`, this.csv(rows), "text/csv");
    };
    return button({ class: "to-grid save-gaps", "data-gaps": "save" }, write, model.word("gaps_save"));
  }

  // With a mark of byte order, by which office programs know UTF-8.
  csv(rows: readonly Row[] = this.rows()): string {
    const { model } = this;
    const heads = ["place", "service", "minutes", "people", "cause"].map((each) => model.word(`gaps_${each}`));
    const lines = rows.map((row) => [
      this.text(row, "place"),
      this.text(row, "service"),
      String(model.content.minutes[row.minutes]),
      String(Math.round(row.people)),
      this.text(row, "cause"),
    ]);
    return `\ufeff${[heads, ...lines].map((cells) => cells.map(csvCell).join(",")).join("\r\n")}\r\n`;
  }
}

// What a spreadsheet would take for a formula begins with an apostrophe, as in the program's own files.
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
