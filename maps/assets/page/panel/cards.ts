// Which card is open, and the ways to open one.

import { facilityCard, gridCard } from "./card";
import { nameButton, need } from "../core/dom";
import { toLatLng } from "../draw/latlng";
import type { Model } from "../core/model";
import { onPhone, room } from "../draw/screen";
import type { Points } from "../core/shapes";
import { type State, isOtherChoice } from "../core/state";
import type { Desk } from "../trying/desk";
import { tryingCard } from "../trying/try_cards";

const CLOSE_UP = 16;
const BUTTONS = 120; // pixels: what the margins of a card and the buttons beside it take of a phone's width
const NOTHING = { selected: -1, grid: -1, here: null };

interface OpenCard {
  readonly draw: () => HTMLElement;
  popup: L.Popup | null;
  // What had the focus before a card was opened by keys.
  readonly back: HTMLElement | null;
}

export class Cards {
  // What a card of a place has at its foot that opens its own page, where it has one.
  ownPage: ((facility: number) => HTMLElement | null) | null = null;
  private shown: OpenCard | null = null;

  constructor(
    private readonly map: L.Map,
    private readonly model: Model,
    private readonly desk: Desk | null,
  ) {
    if (desk) {
      desk.goTo = (facility) => {
        this.goToFacility(facility);
      };
    }
    model.onChange((changed) => {
      if (changed.has("kind")) map.closePopup();
      if (changed.has("language") || isOtherChoice(changed)) this.drawAgain();
    });
  }

  openGrid(grid: number): void {
    const { model } = this;
    this.open({ grid }, placeOf(model.grids.centre, grid), () => gridCard(model, grid));
  }

  openFacility(facility: number): void {
    const { model } = this;
    this.open({ selected: facility }, placeOf(model.points, facility), () => {
      const card = facilityCard(model, facility);
      const page = this.ownPage?.(facility);
      if (page) card.append(page);
      const trying = this.desk && tryingCard(this.desk, facility, {
        close: () => {
          this.close();
        },
        grown: () => {
          this.shown?.popup?.update();
        },
      });
      if (trying) card.append(trying);
      return card;
    });
  }

  openHere(here: readonly [lon: number, lat: number], draw: () => HTMLElement): void {
    this.open({ here }, L.latLng(here[1], here[0]), draw);
  }

  get isOpen(): boolean {
    return this.shown !== null;
  }

  close(): void {
    this.map.closePopup();
  }

  goToGrid(grid: number): void {
    this.goTo(this.model.grids.centre, grid);
    this.openGrid(grid);
  }

  goToFacility(facility: number): void {
    const { model } = this;
    const kind = model.facilities.kind[facility];
    model.set({ layers: { ...model.state.layers, [kind]: true } });
    this.goTo(model.points, facility);
    this.openFacility(facility);
  }

  private goTo(points: Points, i: number): void {
    if (onPhone()) document.body.classList.add("folded");
    const zoom = Math.max(this.map.getZoom(), CLOSE_UP);
    this.map.setView(toLatLng(points.x[i], points.y[i]), zoom, { animate: false });
  }

  // Opening one card closes the one before, which must not undo what this one has selected.
  private open(
    selection: Partial<Pick<State, "selected" | "grid" | "here">>,
    at: L.LatLng,
    draw: () => HTMLElement,
  ): void {
    const back = this.shown?.back ?? focusedByKey();
    const mine: OpenCard = { draw, popup: null, back };
    this.shown = mine;
    this.model.set({ ...NOTHING, ...selection });
    mine.popup = openPopup(this.map, at, draw(), () => {
      if (this.shown !== mine) return;
      const hadFocus = this.hasFocus();
      this.shown = null;
      this.model.set(NOTHING);
      if (back && hadFocus) (back.isConnected ? back : this.map.getContainer()).focus({ preventScroll: true });
    });
    const close = need(".leaflet-popup-close-button", mine.popup.getElement());
    nameButton(close, this.model.word("close"));
    // Who came by keys reads on in the card, and goes back to where they were.
    if (back) close.focus({ preventScroll: true });
  }

  // Whether the focus is in the card, or lost with it.
  private hasFocus(): boolean {
    const { activeElement, body } = document;
    const card = this.shown?.popup?.getElement();
    return activeElement === body || Boolean(card?.contains(activeElement));
  }

  private drawAgain(): void {
    if (this.shown?.popup) this.shown.popup.setContent(this.shown.draw());
  }
}

// The control that a key was pressed on; null where a pointer was used.
function focusedByKey(): HTMLElement | null {
  const node = document.activeElement;
  return node instanceof HTMLElement && node !== document.body && node.matches(":focus-visible") ? node : null;
}

function placeOf(points: Points, i: number): L.LatLng {
  return toLatLng(points.x[i], points.y[i]);
}

function openPopup(map: L.Map, at: L.LatLng, card: HTMLElement, closed: () => void): L.Popup {
  const { paddingTopLeft, paddingBottomRight } = room();
  return L.popup({
    className: "card-popup",
    maxWidth: Math.min(320, window.innerWidth - (onPhone() ? BUTTONS : 60)),
    minWidth: 230,
    autoPanPaddingTopLeft: paddingTopLeft,
    autoPanPaddingBottomRight: paddingBottomRight,
    offset: [0, -4],
  })
    .setLatLng(at)
    .setContent(card)
    .on("remove", closed)
    .openOn(map);
}
