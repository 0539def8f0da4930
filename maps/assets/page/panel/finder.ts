// The search: places, polygons, streets and addresses, by a part of their name, by pinyin or by its initials.

import { toLatLng } from "../draw/latlng";
import type { Streets } from "../draw/basemap";
import { button, element } from "../core/dom";
import type { Model } from "../core/model";
import { matchRank } from "../core/pinyin";
import { symbolIcon } from "../draw/symbols";

const MOST = 8;

export interface FinderActions {
  readonly showGrid: (grid: number) => void;
  readonly showFacility: (facility: number) => void;
  readonly showStreet: (at: L.LatLng) => void;
}

interface Found {
  readonly name: string;
  readonly beside: string;
  readonly rank: number;
  readonly icon: Element | null;
  readonly show: () => void;
}

export function finder(model: Model, streets: Streets, actions: FinderActions): HTMLElement {
  const list = element("ul", { class: "found" });
  const word = model.word("find");
  const input = element("input", { type: "search", placeholder: word, "aria-label": word, autocomplete: "off" });
  const look = (): void => {
    const typed = input.value.trim();
    list.replaceChildren(...(typed ? items(model, find(model, streets, typed, actions)) : []));
    if (typed) list.scrollIntoView({ block: "nearest" });
  };
  input.addEventListener("input", look);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") list.querySelector("button")?.click();
    if (event.key !== "Escape") return;
    input.value = "";
    look();
  });
  return element("section", { class: "finder" }, input, list);
}

function items(model: Model, found: readonly Found[]): HTMLElement[] {
  if (!found.length) return [element("li", { class: "none" }, model.word("find_none"))];
  return found.map(({ name, beside, icon, show }) =>
    element("li", {}, button({}, show, icon, element("span", {}, name, beside ? element("small", {}, beside) : null))),
  );
}

// The best first; of equals, places before polygons before streets.
export function find(model: Model, streets: Streets, typed: string, actions: FinderActions): Found[] {
  const readings = model.content.pinyin;
  const rank = (text: string | null): number | null => (text ? matchRank(text, typed, readings) : null);
  const all = [
    ...placesFound(model, rank, actions),
    ...polygonsFound(model, rank, actions),
    ...streetsFound(model, streets, rank, actions),
  ];
  return all.sort((a, b) => a.rank - b.rank).slice(0, MOST);
}

type Rank = (text: string | null) => number | null;

function placesFound(model: Model, rank: Rank, { showFacility }: FinderActions): Found[] {
  const { name, address, kind } = model.facilities;
  return name.flatMap((each, i) => {
    const byName = rank(each);
    const byAddress = rank(address[i]);
    const best = byName ?? (byAddress === null ? null : byAddress + 1);
    if (best === null) return [];
    const icon = symbolIcon(model.style.symbols[kind[i]], 18);
    const show = (): void => {
      showFacility(i);
    };
    const beside = address[i] ?? "";
    return [{ name: each ?? model.word("unnamed"), beside, rank: best, icon, show }];
  });
}

function polygonsFound(model: Model, rank: Rank, { showGrid }: FinderActions): Found[] {
  const { name, kind } = model.grids;
  return name.flatMap((each, grid) => {
    const best = rank(each);
    const show = (): void => {
      model.set({ kind: kind[grid] });
      showGrid(grid);
    };
    const beside = model.word(`unit_${kind[grid]}`);
    return best === null ? [] : [{ name: each, beside, rank: best, icon: null, show }];
  });
}

function streetsFound(model: Model, streets: Streets, rank: Rank, { showStreet }: FinderActions): Found[] {
  return streets.names.flatMap((each, number) => {
    const best = rank(each);
    const show = (): void => {
      showStreet(middleOf(streets, number));
    };
    const beside = model.word("find_street");
    return best === null ? [] : [{ name: each, beside, rank: best + 0.5, icon: null, show }];
  });
}

// The middle vertex of the longest piece of a street.
function middleOf({ set, name }: Streets, number: number): L.LatLng {
  const own = [...name.keys()].filter((i) => name[i] === number);
  const size = (i: number): number => set.ring[set.shape[i + 1]] - set.ring[set.shape[i]];
  const longest = own.reduce((best, i) => (size(i) > size(best) ? i : best));
  const at = set.ring[set.shape[longest]] + (size(longest) >> 1);
  return toLatLng(set.x[at], set.y[at]);
}
