// The desk on which changes are tried: what they come to, the tools, the list of changes, scenarios side by side.

import { button, element, keepingFocus, nameButton } from "../core/dom";
import { onPhone } from "../draw/screen";
import { changeRows, historyButtons } from "./change_rows";
import type { Desk } from "./desk";
import { fileButtons } from "./files";
import type { Gain } from "./best";
import { outcomeNodes } from "./outcome";
import { comparison, keepForm } from "./scenarios";
import { toolNodes } from "./tools";

const HALF = 150; // pixels: half of what the desk takes of the view

export class Dock {
  readonly root = element("aside", { class: "dock", id: "dock", hidden: true });
  private hasRoom = false;
  // In which the head is written.
  private language = "";
  private readonly opener: HTMLButtonElement;
  private readonly said = element("section", { class: "try-outcome", "aria-live": "polite" });
  private readonly body = element("div", { class: "try-body" });

  constructor(
    private readonly map: L.Map,
    private readonly desk: Desk,
    private readonly gain: Gain,
  ) {
    this.opener = button({ class: "dock-opener", "aria-controls": "dock" }, () => {
      desk.show({ isOpen: true });
      this.root.querySelector<HTMLElement>("button")?.focus();
    });
    document.body.append(this.opener, this.root);
    L.DomEvent.disableClickPropagation(this.root);
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    desk.onChange((event) => {
      if (event === "show" || event === "draft") this.makeRoom();
      if (event === "drag") this.say();
      else this.draw();
    });
    desk.model.onChange(() => {
      this.draw();
    });
    this.draw();
  }

  private close(): void {
    this.desk.place(false);
    this.desk.show({ isOpen: false, gain: false });
    this.opener.focus();
  }

  private draw(): void {
    const { desk, root, opener } = this;
    const { model, trying } = desk;
    opener.textContent = model.word("try");
    opener.hidden = trying.isOpen;
    opener.setAttribute("aria-expanded", String(trying.isOpen));
    root.hidden = !trying.isOpen;
    root.setAttribute("aria-label", model.word("try"));
    document.body.classList.toggle("trying", trying.isOpen);
    this.map.getContainer().classList.toggle("placing", desk.isPlacing);
    if (!trying.isOpen) return;
    this.say();
    keepingFocus(root, "data-try", () => {
      const parts = [
        toolNodes(desk, this.gain, this.map),
        changeRows(desk, this.map),
        historyButtons(desk),
        keepForm(desk),
        comparison(desk),
        fileButtons(desk),
      ];
      this.body.replaceChildren(...parts.filter((part) => part !== null));
      if (this.language !== model.state.language) this.head();
    });
  }

  // The middle of what was seen stays the middle of what is left beside the desk.
  private makeRoom(): void {
    const { isOpen } = this.desk.trying;
    if (isOpen === this.hasRoom || onPhone()) return;
    this.hasRoom = isOpen;
    this.map.panBy([isOpen ? HALF : -HALF, 0], { animate: false });
  }

  private head(): void {
    const { desk, root } = this;
    const { model } = desk;
    const close = button({ class: "dock-close", "data-try": "close" }, () => {
      this.close();
    }, "×");
    nameButton(close, model.word("close"));
    this.language = model.state.language;
    const head = element("header", {}, element("h2", {}, model.word("try")), close);
    root.replaceChildren(head, this.said, this.body);
    if (onPhone()) document.body.classList.add("folded");
  }

  // What the draft comes to: this alone follows a pin that is dragged.
  private say(): void {
    this.said.replaceChildren(...outcomeNodes(this.desk));
  }
}
