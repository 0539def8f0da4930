// Puts the map together once its data are open.

import { Asking } from "./panel/asking";
import { Answers } from "./streets/answers";
import { readBasemap } from "./draw/basemap";
import { Cards } from "./panel/cards";
import { addControls } from "./panel/controls";
import { need } from "./core/dom";
import { Comparison } from "./panel/comparison";
import { addLayers } from "./layers";
import { Marks } from "./draw/marks";
import { Model } from "./core/model";
import { Panel } from "./panel/panel";
import { PlacePage } from "./panel/place_page";
import { listen } from "./panel/pointer";
import { listenToEscape } from "./panel/escape";
import { onPhone, room } from "./draw/screen";
import { savePicture } from "./panel/picture";
import { Sheet } from "./panel/sheet";
import { followHash } from "./address";
import { type Trial, startTrial } from "./trying/trial";
import type { Pack } from "./core/unpack";
import type { ViewLayer } from "./draw/view_layer";

const ZOOMS_OUT = 3; // how far one can step back from the view of the whole study

const STREET_ZOOM = 16.5;

// What stands on the page once it is ready, for those who want to look into it.
export interface Parts {
  readonly map: L.Map;
  readonly model: Model;
  readonly marks: Marks;
  readonly below: ViewLayer;
  readonly above: ViewLayer;
  readonly actions: Actions;
  // Null where the map carries no streets to search.
  readonly answers: Answers | null;
  readonly trial: Trial | null;
}

interface Actions {
  readonly centre: (() => void) | null;
  readonly here: (lon: number, lat: number) => void;
  readonly grid: (grid: number) => void;
  readonly facility: (facility: number) => void;
  readonly showGrid: (grid: number) => void;
  readonly showFacility: (facility: number) => void;
  readonly showStreet: (at: L.LatLng) => void;
  readonly sheet: (open: boolean) => void;
  readonly picture: () => void;
  readonly uncovered: () => void;
}

export function start(map: L.Map, pack: Pack): Parts {
  const model = new Model(pack);
  const answers = answersOf(pack);
  if (onPhone()) document.body.classList.add("folded");
  const trial = answers && startTrial(map, model, answers, pack);
  const desk = trial?.desk ?? null;
  const cards = new Cards(map, model, desk);
  const asking = new Asking(map, model, answers, cards, desk);
  const actions: Actions = {
    ...cardActions(map, asking, cards),
    sheet: (open) => {
      sheet.show(open);
    },
    picture: () => {
      savePicture(map, model, layers);
    },
    uncovered: () => {
      layers.above.redraw();
    },
  };
  const base = readBasemap(pack);
  const panel = new Panel(model, map, base.streets, actions);
  openView(map, model, panel);
  const marks = new Marks(model, base);
  const layers = addLayers(map, model, base, marks, asking);
  const { below, above } = layers;
  new Comparison(model, map, layers.drawn);
  const sheet = new Sheet(model, map, layers);
  listen(map, model, { marks, above, cards, asking, desk });
  const page = new PlacePage(model);
  cards.ownPage = (facility) => page.opener(facility);
  listenToEscape(cards, desk, () => {
    sheet.show(false);
  });
  followHash(map, model, trial, { sheet, page });
  if (model.content.view === "sheet") sheet.show(true);
  return { map, model, marks, below, above, actions, answers, trial };
}

// Null where the map carries no streets.
function answersOf(pack: Pack): Answers | null {
  const { reach, categories } = pack.content;
  return reach ? new Answers(pack, reach, categories.length) : null;
}

// What asks the map, and opens cards on it.
function cardActions(map: L.Map, asking: Asking, cards: Cards): Omit<Actions, "sheet" | "picture" | "uncovered"> {
  const middle = (): void => {
    asking.ask(map.getCenter());
  };
  return {
    centre: asking.isPossible ? middle : null,
    here: (lon, lat) => {
      asking.ask(L.latLng(lat, lon));
    },
    grid: (grid) => {
      cards.openGrid(grid);
    },
    facility: (facility) => {
      cards.openFacility(facility);
    },
    showGrid: (grid) => {
      cards.goToGrid(grid);
    },
    showFacility: (facility) => {
      cards.goToFacility(facility);
    },
    showStreet: (at) => {
      map.setView(at, Math.max(map.getZoom(), STREET_ZOOM), { animate: false });
    },
  };
}

// The whole study, with controls around it.
function openView(map: L.Map, model: Model, panel: Panel): void {
  const [west, south, east, north] = model.content.bounds;
  const home = (): void => {
    map.fitBounds([[south, west], [north, east]], { ...room(), animate: false });
  };
  addControls(map, model, home);
  // What stands at the foot of a phone's map stands on the panel, one thing above the other.
  keepHeight(panel.root, "--panel-height");
  keepHeight(need(".leaflet-control-attribution", map.getContainer()), "--attribution-height");
  home();
  map.setMinZoom(Math.max(3, map.getZoom() - ZOOMS_OUT));
}

// Makes the height of an element known to the style sheets.
function keepHeight(node: HTMLElement, name: string): void {
  new ResizeObserver(() => {
    document.body.style.setProperty(name, `${node.offsetHeight}px`);
  }).observe(node);
}
