// What stands on the map while two cases are compared: the divider, the second map, and which case is where; the sheet
// has none of it.

import { element } from "../core/dom";
import type { Model } from "../core/model";
import type { CanvasLayers } from "../draw/canvas_layers";
import { type Draw, ViewLayer } from "../draw/view_layer";
import { nameOf, otherCase } from "./compare";

const STEP = 0.02;
const EDGE = 0.02;

// The second map has no hands of its own.
const FOLLOWING: L.MapOptions = {
  zoomControl: false, attributionControl: false, zoomSnap: 0.25, keyboard: false, fadeAnimation: false,
  dragging: false, scrollWheelZoom: false, doubleClickZoom: false, touchZoom: false,
};

export class Comparison {
  private readonly divider = element("div", {
    class: "divider", role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 100,
  });
  private readonly labels = [element("p", { class: "case-label first" }), element("p", { class: "case-label second" })];
  private readonly second = element("div", { class: "second-map" });
  private secondMap: L.Map | null = null;
  private secondLayers: readonly ViewLayer[] = [];

  constructor(
    private readonly model: Model,
    private readonly map: L.Map,
    private readonly drawn: CanvasLayers["drawn"],
  ) {
    document.body.append(this.divider, ...this.labels, this.second);
    this.listen();
    model.onChange(() => {
      this.show();
    });
    map.on("move zoom", () => {
      this.follow();
    });
    this.show();
  }

  // Never the case that is shown: where the reader chooses the other one, they change places.
  private show(): void {
    const { model } = this;
    const { state } = model;
    if (state.compare !== "none" && state.other === state.case) {
      model.set({ other: otherCase(model) });
      return;
    }
    const isSwipe = state.compare === "swipe";
    const isSide = state.compare === "side";
    this.divider.hidden = !isSwipe;
    this.second.hidden = !isSide;
    this.labels.forEach((label, k) => {
      label.hidden = !(isSwipe || isSide);
      label.textContent = nameOf(model, k ? state.other : state.case);
    });
    this.placeDivider();
    this.halve(isSide);
    this.secondLayers.forEach((layer) => {
      if (isSide) layer.redraw();
    });
  }

  private placeDivider(): void {
    const { model, divider } = this;
    divider.setAttribute("aria-label", model.word("compare_divider"));
    divider.setAttribute("aria-valuenow", String(Math.round(100 * model.state.divider)));
    document.body.style.setProperty("--divider", `${String(100 * model.state.divider)}%`);
  }

  private listen(): void {
    const { divider, model } = this;
    const to = (at: number): void => {
      model.set({ divider: Math.min(1 - EDGE, Math.max(EDGE, at)) });
    };
    const move = (event: PointerEvent): void => {
      to(event.clientX / window.innerWidth);
    };
    divider.addEventListener("pointerdown", (event) => {
      divider.setPointerCapture(event.pointerId);
      divider.addEventListener("pointermove", move);
      event.preventDefault();
    });
    divider.addEventListener("lostpointercapture", () => {
      divider.removeEventListener("pointermove", move);
    });
    divider.addEventListener("keydown", ({ key }) => {
      const step = key === "ArrowRight" ? STEP : key === "ArrowLeft" ? -STEP : 0;
      if (step) to(model.state.divider + step);
    });
  }

  // Gives the right half to a second map, or takes it back.
  private halve(isSide: boolean): void {
    const isHalved = document.body.classList.contains("side-by-side");
    if (isSide === isHalved) return;
    document.body.classList.toggle("side-by-side", isSide);
    this.map.invalidateSize({ animate: false });
    if (isSide) {
      this.open();
      this.follow();
    }
  }

  private open(): void {
    if (this.secondMap) {
      this.secondMap.invalidateSize({ animate: false, pan: false });
      return;
    }
    const { model } = this;
    const map = L.map(this.second, FOLLOWING);
    this.secondMap = map;
    map.setView(this.map.getCenter(), this.map.getZoom(), { animate: false });
    const asOther = (draw: Draw): Draw => (context, frame) => {
      model.asIf({ case: model.state.other }, () => {
        draw(context, frame);
      });
    };
    this.secondLayers = [this.drawn.below, this.drawn.above].map((draw) => new ViewLayer(asOther(draw), {}).addTo(map));
  }

  // The middle of what is seen of the first map beside the panel is the middle of the second.
  private follow(): void {
    const { map, secondMap } = this;
    if (!secondMap || this.second.hidden) return;
    const panel = document.getElementById("panel")?.getBoundingClientRect();
    const size = map.getSize();
    const left = panel && panel.left < 40 && panel.width < size.x / 2 ? panel.right : 0;
    const centre = map.containerPointToLatLng([(left + size.x) / 2, size.y / 2]);
    secondMap.setView(centre, map.getZoom(), { animate: false });
  }
}
