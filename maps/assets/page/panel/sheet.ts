// The sheet on A3 or A4 landscape, with all that a printed map must carry: the map in a frame, or a small map of each
// service.

import type { PaperSize } from "../core/content";
import type { Paper } from "../core/hash";
import type { CanvasLayers } from "../draw/canvas_layers";
import { fitSide } from "./fit";
import { choice, gapTable, margin, northArrow, notes, scaleBar } from "./sheet_parts";
import { Series } from "./series";
import { numericScale } from "./scale";
import { button, element, sentence } from "../core/dom";
import { legend } from "./legend";
import type { Model } from "../core/model";
import { headlineFor } from "../core/said";
import { onPaper } from "../draw/screen";
const SIZES: readonly PaperSize[] = ["A3", "A4"];
const AT_ONCE = { animate: false };
// Leaflet else goes by whole pixels to a place of the same zoom.
const ANEW = { animate: false, reset: true };

export class Sheet {
  private readonly pageRule = element("style");
  private readonly root = element("div", { class: "sheet", hidden: true });
  private size: PaperSize;
  private isSeries = false;
  private readonly series: Series;
  // Where the map was before the sheet was opened.
  private before: { readonly centre: L.LatLng; readonly zoom: number } | null = null;
  // Whether the sheet is open only as long as the browser prints.
  private isForPrint = false;
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly model: Model,
    private readonly map: L.Map,
    private readonly layers: CanvasLayers,
  ) {
    this.size = model.content.sheet.size;
    this.series = new Series(model, layers.drawn);
    document.head.append(this.pageRule);
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
      // What is drawn now is printed as lines and letters, what was drawn before as a picture.
      else if (this.isSeries) this.series.draw();
      else this.layers.below.redraw();
    });
    window.addEventListener("afterprint", () => {
      if (this.isForPrint) this.show(false);
      this.isForPrint = false;
    });
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  // Which sheet is open; null where none is.
  get paper(): Paper | null {
    return onPaper() && !this.isForPrint ? { size: this.size, series: this.isSeries } : null;
  }

  // The view of the map, whatever the sheet makes of it.
  mapAt(): [lat: number, lon: number, zoom: number] {
    const { map, before } = this;
    const { lat, lng } = before && onPaper() ? before.centre : map.getCenter();
    return [lat, lng, before && onPaper() ? before.zoom : map.getZoom()];
  }

  open({ size, series }: Paper): void {
    this.size = size;
    this.isSeries = series && this.series.isPossible;
    this.show(true);
  }

  show(open: boolean): void {
    const { map } = this;
    if (open && !onPaper()) this.before = { centre: map.getCenter(), zoom: map.getZoom() };
    document.body.classList.toggle("sheet-view", open);
    this.root.hidden = !open;
    this.setSize(this.size);
    map.closePopup();
    map.invalidateSize({ animate: false, pan: false });
    document.body.classList.remove("notes-below");
    if (open) this.fitMap();
    else if (this.before) map.setView(this.before.centre, this.before.zoom, ANEW);
    this.draw();
    document.title = open ? `${this.model.content.title} · ${this.name()}` : this.model.content.title;
    this.listeners.forEach((listener) => {
      listener();
    });
  }

  // What a printer calls it.
  private name(): string {
    const { model } = this;
    const minutes = model.word("minutes_unit", { n: String(model.minutes) });
    const shown = this.isSeries ? model.word("series") : `${model.say(model.category.name)} ${minutes}`;
    return `${shown} ${this.size}`;
  }

  private setSize(size: PaperSize): void {
    this.size = size;
    SIZES.forEach((each) => document.body.classList.toggle(each, each === size));
    this.pageRule.textContent = `@page { size: ${size} landscape; margin: 0; }`;
  }

  private draw(): void {
    document.body.classList.toggle("series-view", onPaper() && this.isSeries);
    if (!onPaper()) return;
    const { model, map, isSeries } = this;
    const side = element("section", { class: "sheet-side" }, ...this.side());
    const picture = isSeries ? this.series.root : scaleBar(map, model);
    this.root.replaceChildren(this.buttons(), this.head(), side, picture, northArrow(model));
    const scale = isSeries ? this.series.draw() : numericScale(map);
    this.root.append(margin(model, scale, this.size));
    if (fitSide(side, model, this.root) && !isSeries) this.fitMap();
  }

  // The map has other room than before.
  private fitMap(): void {
    const { map } = this;
    const [west, south, east, north] = this.model.content.bounds;
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds([[south, west], [north, east]], AT_ONCE);
  }

  private head(): HTMLElement {
    const { model } = this;
    const { template, values } = headlineFor(model);
    const shown = model.caseName(model.state.case);
    const said = this.isSeries
      ? model.word("series_headline", { case: shown })
      : sentence(template, values, ["share", "left"]);
    return element(
      "header",
      { class: "sheet-title" },
      element("h1", {}, model.content.title),
      element("p", {}, said),
      element("p", { class: "beside" }, model.content.beside && model.say(model.content.beside)),
    );
  }

  private side(): (Node | null)[] {
    const { model, map, isSeries } = this;
    const key = isSeries ? this.series.legend() : [choice(model), ...legend(model, map.getZoom(), true)];
    return [element("div", { class: "sheet-legend" }, ...key), isSeries ? null : gapTable(model), notes(model)];
  }

  private buttons(): HTMLElement {
    const { model } = this;
    const sizes = SIZES.map((size) => {
      const take = (): void => {
        this.setSize(size);
        this.show(true);
      };
      return button({ "aria-pressed": String(size === this.size), "data-size": size }, take, size);
    });
    const series = (): void => {
      this.isSeries = !this.isSeries;
      this.show(true);
    };
    const every = { class: "to-series", "aria-pressed": String(this.isSeries) };
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
      ...(this.series.isPossible ? [button(every, series, model.word("series"))] : []),
      button({ class: "sheet-print" }, print, model.word("print")),
      button({ class: "sheet-back" }, close, model.word("back")),
    );
  }
}
