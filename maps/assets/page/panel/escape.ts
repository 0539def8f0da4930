// Escape closes what lies on top: the sheet, the placing of a pin, a card. A field that uses the key keeps it.

import type { Desk } from "../trying/desk";
import type { Cards } from "./cards";
import { onPaper } from "../draw/screen";

export function listenToEscape(cards: Cards, desk: Desk | null, closeSheet: () => void): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const { target } = event;
    if (target instanceof Element && target.closest(".finder, .dock")) return;
    if (onPaper()) closeSheet();
    else if (desk?.isPlacing) desk.place(false);
    else if (cards.isOpen) cards.close();
  });
}
