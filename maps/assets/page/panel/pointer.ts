// What a click or a touch on the map finds: a place, or else the polygon it lies in.

import { type Asking, gridAt } from "./asking";
import type { Cards } from "./cards";
import { toSteps } from "../draw/latlng";
import type { Marks } from "../draw/marks";
import type { Model } from "../core/model";
import { onPhone } from "../draw/screen";
import type { Desk } from "../trying/desk";
import type { ViewLayer } from "../draw/view_layer";

const CLICK_SLACK = 3; // pixels beside a symbol that still count as on it
const TOUCH_SLACK = 9;

// What answers a click, and where marks were drawn.
interface Listeners {
  readonly marks: Marks;
  readonly above: ViewLayer;
  readonly cards: Cards;
  readonly asking: Asking;
  readonly desk: Desk | null;
}

export function listen(map: L.Map, model: Model, { marks, above, cards, asking, desk }: Listeners): void {
  const facilityAt = (at: L.LatLng, slack: number): number => {
    const { x, y } = toSteps(at);
    const { west, north, scale } = above.frame;
    return marks.find((x - west) * scale, (y - north) * scale, slack);
  };
  map.on("click", ({ latlng }) => {
    if (desk?.isPlacing) {
      desk.open([latlng.lng, latlng.lat]);
      return;
    }
    const facility = facilityAt(latlng, onPhone() ? TOUCH_SLACK : CLICK_SLACK);
    const grid = facility < 0 && hasPolygons(model) ? gridAt(model, latlng) : -1;
    if (facility >= 0) cards.openFacility(facility);
    else if (asking.isPossible) asking.ask(latlng);
    else if (grid >= 0) cards.openGrid(grid);
  });
  map.on("mousemove", ({ latlng }) => {
    map.getContainer().style.cursor = facilityAt(latlng, CLICK_SLACK) >= 0 ? "pointer" : "";
  });
}

function hasPolygons({ state }: Model): boolean {
  return state.layers.coverage || state.layers.gaps;
}
