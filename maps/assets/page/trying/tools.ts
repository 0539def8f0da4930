// The tools of the desk: drop a pin, choose what it offers, show where it would help most, try the best place.

import { button, element } from "../core/dom";
import { count, twoDigits } from "../core/words";
import { GAIN_SHARES } from "../draw/gain";
import type { Desk } from "./desk";
import type { Gain } from "./best";
import { servicesOf } from "./names";

export function toolNodes(desk: Desk, gain: Gain, map: L.Map): HTMLElement {
  const { model } = desk;
  const place = button({ class: "try-new", "data-try": "new", "aria-pressed": String(desk.isPlacing) }, () => {
    desk.place(!desk.isPlacing);
  }, model.word(desk.isPlacing ? "try_placing" : "try_new"));
  const show = button({ "data-try": "gain", "aria-pressed": String(desk.trying.gain) }, () => {
    desk.show({ gain: !desk.trying.gain });
  }, model.word("try_gain"));
  const best = button({ "data-try": "best", disabled: gain.layer() === null || !canOpen(desk) }, () => {
    tryBest(desk, gain, map);
  }, model.word("try_best"));
  const said = element("p", { class: "note try-best-said", hidden: true }, model.word("try_best_none"));
  const buttons = element("div", { class: "try-buttons" }, place, show, best);
  return element("section", { class: "try-tools" }, buttons, said, offers(desk), ...gainKey(desk, gain));
}

// Whether a new place could be of the service shown.
function canOpen(desk: Desk): boolean {
  return desk.places.countsFor(desk.openable().map(({ id }) => id), desk.model.state.category);
}

function tryBest(desk: Desk, gain: Gain, map: L.Map): void {
  const best = gain.best();
  const said = document.querySelector<HTMLElement>(".try-best-said");
  if (said) said.hidden = best !== null;
  if (!best) return;
  // The layer is of the service shown, whatever the next pin was to offer.
  const { model } = desk;
  if (!desk.places.countsFor(desk.offering(), model.state.category)) desk.offer([]);
  desk.open(best.at);
  const at = L.latLng(best.at[1], best.at[0]);
  if (!map.getBounds().pad(-0.15).contains(at)) map.panTo(at, { animate: false });
}

// What the next pin offers: the service shown, unless others are chosen.
function offers(desk: Desk): HTMLElement {
  const { model } = desk;
  const chosen = desk.offering();
  const boxes = desk.openable().map(({ id, name }) => {
    const box = element("input", { type: "checkbox", "data-try": `offer-${id}` });
    box.checked = chosen.includes(id);
    box.addEventListener("change", () => {
      const rest = chosen.filter((each) => each !== id);
      desk.offer(box.checked ? [...rest, id] : rest);
    });
    return element("label", {}, box, model.say(name));
  });
  const colon = model.state.language === "zh" ? "：" : ": ";
  const words = `${model.word("try_offers")}${colon}${servicesOf(desk, chosen)}`;
  const summary = element("summary", { "data-try": "offers" }, words);
  const details = element("details", { class: "try-offers", open: desk.isOfferOpen }, summary, ...boxes);
  details.addEventListener("toggle", () => {
    desk.isOfferOpen = details.open;
  });
  return details;
}

function gainKey(desk: Desk, gain: Gain): Node[] {
  const { model } = desk;
  if (!desk.trying.gain) return [];
  const people = gain.layer();
  if (!people) return [element("p", { class: "note" }, model.word("try_gain_absent"))];
  const most = people.reduce((all, each) => Math.max(all, each), 0);
  const steps = model.style.gain.map((colour, k) => {
    const sample = element("i");
    sample.style.background = colour;
    // The layer stands for people to within a sixth: more digits would say more than it knows.
    return element("span", {}, sample, count(twoDigits(GAIN_SHARES[k] * most)));
  });
  return [
    element("p", { class: "note" }, model.word("try_gain_key")),
    element("p", { class: "try-gain-key" }, ...steps),
  ];
}
