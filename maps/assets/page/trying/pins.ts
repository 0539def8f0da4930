// The pins of a trial: new places, and places of the study where they have moved to. They are dragged, or moved with
// the arrow keys.

import type { Desk } from "./desk";
import { nameOf } from "./names";

const NUDGE = 8; // pixels that an arrow key moves a pin
const ARROWS: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowUp: [0, -NUDGE],
  ArrowDown: [0, NUDGE],
  ArrowLeft: [-NUDGE, 0],
  ArrowRight: [NUDGE, 0],
};

interface Pin {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
}

export class Pins {
  private readonly markers = new Map<string, L.Marker>();

  constructor(
    private readonly map: L.Map,
    private readonly desk: Desk,
  ) {
    desk.onChange((event) => {
      if (event !== "drag") this.draw();
    });
    desk.model.onChange((changed) => {
      if (changed.has("language")) this.draw();
    });
  }

  private draw(): void {
    const { desk, markers } = this;
    const { open, move } = desk.draft;
    const pins: Pin[] = desk.trying.isOpen ? [...open, ...move] : [];
    const wanted = new Set(pins.map(({ id }) => id));
    markers.forEach((marker, id) => {
      if (wanted.has(id)) return;
      marker.remove();
      markers.delete(id);
    });
    pins.forEach((pin, number) => {
      const marker = markers.get(pin.id) ?? this.add(pin);
      marker.setLatLng([pin.lat, pin.lon]);
      this.label(marker, pin, number);
    });
  }

  private add({ id, lon, lat }: Pin): L.Marker {
    const icon = L.divIcon({ className: "try-pin", iconSize: [30, 38], iconAnchor: [15, 36] });
    const marker = L.marker([lat, lon], { draggable: true, keyboard: true, icon, autoPan: true, riseOnHover: true });
    marker.on("drag", () => {
      const at = marker.getLatLng();
      this.desk.drag(id, [at.lng, at.lat]);
    });
    marker.on("dragend", () => {
      const at = marker.getLatLng();
      this.desk.drop(id, [at.lng, at.lat]);
    });
    marker.on("click", () => {
      this.desk.select(id);
    });
    marker.addTo(this.map);
    marker.getElement()?.addEventListener("keydown", (event) => {
      this.nudge(marker, id, event);
    });
    this.markers.set(id, marker);
    return marker;
  }

  private nudge(marker: L.Marker, id: string, event: KeyboardEvent): void {
    const step = ARROWS[event.key];
    if (event.key === "Delete") this.desk.remove(id);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const { map } = this;
    const from = map.latLngToContainerPoint(marker.getLatLng());
    const at = map.containerPointToLatLng(from.add(L.point(step[0], step[1])));
    this.desk.drop(id, [at.lng, at.lat]);
  }

  private label(marker: L.Marker, pin: Pin, number: number): void {
    const node = marker.getElement();
    if (!node) return;
    const { desk } = this;
    node.textContent = String(number + 1);
    node.classList.toggle("chosen", desk.pin === pin.id);
    const said = desk.model.word("try_pin", { name: nameOf(desk, pin.id) });
    node.setAttribute("aria-label", `${String(number + 1)} ${said}`);
    node.title = nameOf(desk, pin.id);
  }
}
