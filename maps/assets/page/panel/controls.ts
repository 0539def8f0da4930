// What stands on the map itself: zoom, scale, attribution and review number.

import { element, nameButton, need } from "../core/dom";
import type { Model } from "../core/model";

export function addControls(map: L.Map, model: Model, home: () => void): void {
  const container = map.getContainer();
  // A name needs a role.
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", model.content.title);
  const zoom = L.control.zoom({ position: "topright" }).addTo(map);
  const whole = wholeButton(zoom, home);
  addAttributions(map, model);
  const review = element("div", { class: "review-number" });
  document.body.append(review);
  const speak = (): void => {
    document.documentElement.lang = model.state.language === "zh" ? "zh-CN" : "en";
    review.textContent = reviewWords(model);
    nameZoomButtons(map, model);
    nameButton(whole, model.word("whole"));
  };
  model.onChange((changed) => {
    if (changed.has("language")) speak();
  });
  speak();
}

function wholeButton(zoom: L.Control.Zoom, home: () => void): HTMLElement {
  const whole = L.DomUtil.create("a", "whole", zoom.getContainer());
  Object.assign(whole, { href: "#", role: "button", textContent: "⤢" });
  L.DomEvent.on(whole, "click", (event) => {
    L.DomEvent.stop(event);
    home();
  });
  return whole;
}

// Leaflet takes an attribution as markup; ours are texts of the study.
function addAttributions(map: L.Map, model: Model): void {
  const attribution = L.control.attribution({ position: "bottomright", prefix: "Leaflet" }).addTo(map);
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 130 }).addTo(map);
  model.content.attributions.forEach((text) => attribution.addAttribution(element("span", {}, text).innerHTML));
}

function reviewWords(model: Model): string {
  const { review, run } = model.content.sheet;
  const said = review ? `${model.word("review")} ${review}` : model.word("internal");
  return run ? `${said} · ${model.word("run")} ${run}` : said;
}

function nameZoomButtons(map: L.Map, model: Model): void {
  nameButton(need(".leaflet-control-zoom-in", map.getContainer()), model.word("zoom_in"));
  nameButton(need(".leaflet-control-zoom-out", map.getContainer()), model.word("zoom_out"));
}
