// The one door into the page's script: `lifecircle.start`, called by the document with its map.

import { need } from "./core/dom";
import { type Parts, start } from "./start";
import { open } from "./core/unpack";

declare global {
  interface Window {
    // Besides the door, what a map is made of once it is ready: a handle for tests and for debugging.
    lifecircle: { start: (map: L.Map, id: string) => void } & Partial<Parts>;
  }
}

async function openMap(map: L.Map, id: string): Promise<void> {
  const pack = await open(document.getElementById(id)?.textContent ?? "");
  Object.assign(window.lifecircle, start(map, pack));
  document.body.classList.add("ready");
}

// Says so where a browser lacks what the page cannot do without: all of it came by 2020 to 2023.
function isTooOld(): boolean {
  return typeof DecompressionStream === "undefined" || !("replaceChildren" in Element.prototype);
}

window.lifecircle = {
  start: (map, id) => {
    if (isTooOld()) need(".old-browser").hidden = false;
    else void openMap(map, id);
  },
};
