// The search for a place by a part of its name.

import { button, element } from "../core/dom";
import type { Model } from "../core/model";
import { symbolIcon } from "../draw/symbols";

const MOST = 8;

export function finder(model: Model, show: (facility: number) => void): HTMLElement {
  if (!model.facilities.name.length) return element("div");
  const list = element("ul", { class: "found" });
  const word = model.word("find");
  const input = element("input", { type: "search", placeholder: word, "aria-label": word, autocomplete: "off" });
  input.addEventListener("input", () => {
    const wanted = input.value.trim();
    list.replaceChildren(...(wanted ? foundItems(model, wanted, show) : []));
    // At the end of the panel what was found would lie below the edge of a phone.
    if (wanted) list.scrollIntoView({ block: "nearest" });
  });
  return element("section", { class: "finder" }, input, list);
}

function foundItems(model: Model, wanted: string, show: (facility: number) => void): HTMLElement[] {
  const found = placesNamed(model.facilities.name, wanted).slice(0, MOST);
  if (!found.length) return [element("li", { class: "none" }, model.word("find_none"))];
  return found.map((i) => {
    const icon = symbolIcon(model.style.symbols[model.facilities.kind[i]], 18);
    const press = (): void => {
      show(i);
    };
    return element("li", {}, button({}, press, icon, element("span", {}, model.facilities.name[i])));
  });
}

export function placesNamed(names: readonly (string | null)[], wanted: string): number[] {
  const part = wanted.toLocaleLowerCase();
  return names.flatMap((name, i) => (name?.toLocaleLowerCase().includes(part) ? [i] : []));
}
