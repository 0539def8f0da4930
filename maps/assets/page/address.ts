// Keeps the address of the page the same as what it shows, and shows what the address says.

import { NO_TRYING, type View, readHash, writeHash } from "./core/hash";
import type { Model } from "./core/model";
import type { PlacePage } from "./panel/place_page";
import type { Sheet } from "./panel/sheet";
import type { Trial } from "./trying/trial";

const SETTLES = 150; // milliseconds without a change after which the address is written

interface Pages {
  readonly sheet: Sheet;
  readonly page: PlacePage;
}

export function followHash(map: L.Map, model: Model, trial: Trial | null, { sheet, page }: Pages): void {
  let written = window.location.hash;
  const follow = (): void => {
    const view = readHash(window.location.hash, model.content);
    show(map, model, trial, view);
    if (view.paper) sheet.open(view.paper);
    page.follow(window.location.hash);
  };
  if (written.length > 1) follow();
  let waiting = 0;
  const write = (): void => {
    const trying = trial?.desk.trying ?? NO_TRYING;
    written = page.hash ?? writeHash(model.content, model.state, { at: sheet.mapAt(), trying, paper: sheet.paper });
    replaceHash(written);
  };
  const soon = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(write, SETTLES);
  };
  map.on("moveend", soon);
  sheet.onChange(soon);
  model.onChange(soon);
  page.onChange(write);
  trial?.desk.onChange((event) => {
    if (event !== "drag") soon();
  });
  window.addEventListener("hashchange", () => {
    if (window.location.hash !== written) follow();
  });
}

function show(map: L.Map, model: Model, trial: Trial | null, view: View): void {
  if (Object.keys(view.state).length) model.set(view.state);
  if (view.at) map.setView([view.at[0], view.at[1]], view.at[2], { animate: false });
  trial?.desk.take(view.trying);
}

// A page that stands inside another may not be allowed to.
function replaceHash(hash: string): void {
  try {
    window.history.replaceState(null, "", hash);
  } catch {
    // The view is as it is, and the address as it was.
  }
}
