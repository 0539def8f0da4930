// The sheet: the map in a frame on A3 or A4 landscape, with all that a printed map must carry.

import type { PaperSize } from "../core/content";
import { button, drawn, element, sentence } from "../core/dom";
import { legend } from "./legend";
import type { Model } from "../core/model";
import { headlineFor } from "../core/said";
import { onPaper } from "../draw/screen";
import { count } from "../core/words";

const LISTED = 8;
const SIZES: readonly PaperSize[] = ["A3", "A4"];
const INK = "#1d2733";
const WHITE = "#ffffff";
const AT_ONCE = { animate: false };

export class Sheet {
  private readonly paper = element("style");
  private readonly root = element("div", { class: "sheet", hidden: true });
  private size: PaperSize;
  // Where the map was before the sheet was opened.
  private before: { readonly centre: L.LatLng; readonly zoom: number } | null = null;
  // Whether the sheet is open only as long as the browser prints.
  private isForPrint = false;

  constructor(
    private readonly model: Model,
    private readonly map: L.Map,
  ) {
    this.size = model.content.sheet.size;
    document.head.append(this.paper);
    document.body.append(this.root);
    const draw = (): void => {
      this.draw();
    };
    model.onChange(draw);
    map.on("zoomend", draw);
    this.openForPrint();
  }

  private openForPrint(): void {
    window.addEventListener("beforeprint", () => {
      this.isForPrint = !onPaper() && !document.body.classList.contains("place-view");
      if (this.isForPrint) this.show(true);
    });
    window.addEventListener("afterprint", () => {
      if (this.isForPrint) this.show(false);
      this.isForPrint = false;
    });
  }

  show(open: boolean): void {
    const { map } = this;
    if (open && !onPaper()) this.before = { centre: map.getCenter(), zoom: map.getZoom() };
    document.body.classList.toggle("sheet-view", open);
    this.root.hidden = !open;
    this.setSize(this.size);
    map.closePopup();
    map.invalidateSize({ animate: false, pan: false });
    const [west, south, east, north] = this.model.content.bounds;
    if (open) map.fitBounds([[south, west], [north, east]], AT_ONCE);
    else if (this.before) map.setView(this.before.centre, this.before.zoom, AT_ONCE);
    this.draw();
  }

  private setSize(size: PaperSize): void {
    this.size = size;
    SIZES.forEach((each) => document.body.classList.toggle(each, each === size));
    this.paper.textContent = `@page { size: ${size} landscape; margin: 0; }`;
  }

  private draw(): void {
    if (!onPaper()) return;
    const { model } = this;
    const { template, values } = headlineFor(model);
    this.root.replaceChildren(
      this.buttons(),
      element(
        "header",
        { class: "sheet-title" },
        element("h1", {}, model.content.title),
        element("p", {}, sentence(template, values, ["share", "left"])),
        element("p", { class: "beside" }, model.content.beside && model.say(model.content.beside)),
      ),
      element(
        "section",
        { class: "sheet-side" },
        element("div", { class: "sheet-legend" }, choice(model), ...legend(model, this.map.getZoom(), true)),
        gapTable(model),
        notes(model),
      ),
      northArrow(model),
      margin(model),
    );
  }

  private buttons(): HTMLElement {
    const { model } = this;
    const sizes = SIZES.map((size) => {
      const take = (): void => {
        this.setSize(size);
        this.show(true);
      };
      return button({ "aria-pressed": String(size === this.size) }, take, size);
    });
    const print = (): void => {
      window.print();
    };
    const close = (): void => {
      this.show(false);
    };
    return element(
      "nav",
      { class: "sheet-buttons" },
      element("div", { class: "segments" }, ...sizes),
      button({}, print, model.word("print")),
      button({}, close, model.word("back")),
    );
  }
}

// What is shown, since paper has no controls that say it.
function choice(model: Model): HTMLElement {
  const current = model.content.cases[model.state.case];
  const minutes = model.word("minutes_unit", { n: String(model.minutes) });
  const said = [model.say(model.category.name), minutes, model.say(current.profile)];
  if (model.hasHours) said.push(model.say(current.hour));
  return element("p", { class: "choice" }, said.join(" · "));
}

function gapTable(model: Model): HTMLElement | null {
  const gaps = model.state.layers.gaps ? model.gaps().slice(0, LISTED) : [];
  if (!gaps.length) return null;
  const rows = gaps.map(({ grid, people, cause }) => {
    const place = element("td", {}, model.grids.name[grid], cause && element("small", {}, model.say(cause)));
    return element("tr", {}, element("td", {}, count(people)), place);
  });
  const caption = element("caption", {}, model.word("largest_gaps"));
  return element("table", { class: "sheet-gaps" }, caption, element("tbody", {}, ...rows));
}

function notes(model: Model): HTMLElement {
  const all = model.content.notes.map((note) => element("p", {}, model.say(note)));
  return element("div", { class: "sheet-notes" }, ...all);
}

function northArrow(model: Model): HTMLElement {
  const half = (d: string, fill: string): SVGElement =>
    drawn("path", { d, fill, stroke: INK, "stroke-width": 1, "stroke-linejoin": "round" });
  const arrow = drawn(
    "svg",
    { viewBox: "0 0 24 30" },
    half("M12 1L19 28L12 22Z", INK),
    half("M12 1L5 28L12 22Z", WHITE),
  );
  return element("div", { class: "sheet-north" }, element("b", {}, model.word("north")), arrow);
}

function margin(model: Model): HTMLElement {
  const { unit, date, review, run } = model.content.sheet;
  const part = (key: string, text: string | null): HTMLElement | null =>
    text ? element("span", {}, element("b", {}, model.word(key)), ` ${text}`) : null;
  return element(
    "footer",
    { class: "sheet-margin" },
    part("review", review || model.word("internal")),
    part("made_by", unit),
    part("date", date),
    part("run", run),
    part("source", model.content.attributions.join("; ")),
    element("span", {}, model.word("coordinates")),
  );
}
