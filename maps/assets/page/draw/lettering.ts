// Words on the map, and the places that are taken while one view is drawn.

import type { Style } from "../core/content";
import type { Frame } from "./frame";
import { type Box, Taken, isUncut } from "./placing";
import { onPaper } from "./screen";

const COVERING = ".panel, .leaflet-control, .review-number";

export class Lettering {
  readonly taken = new Taken();
  // Where panel and controls lie, so that no name is half beneath them.
  private readonly covered = new Taken();
  private readonly family = getComputedStyle(document.body).fontFamily;

  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly frame: Frame,
    readonly style: Style,
  ) {
    if (onPaper()) return;
    const [west, north] = frame.view;
    // A second map beside the first has its own corner.
    const corner = context.canvas.closest(".leaflet-container")?.getBoundingClientRect();
    const x = west - (corner?.left ?? 0);
    const y = north - (corner?.top ?? 0);
    document.querySelectorAll(COVERING).forEach((node) => {
      const box = node.getBoundingClientRect();
      this.covered.add([x + box.left, y + box.top, x + box.right, y + box.bottom]);
    });
  }

  setFont(size: number, isHeavy = false): void {
    this.context.font = `${isHeavy ? "600 " : ""}${size}px ${this.family}`;
  }

  widthOf(text: string): number {
    return this.context.measureText(text).width;
  }

  // Whether words fit into a box: nothing else there, and not cut by the edge of the view.
  hasRoom(box: Box): boolean {
    return isUncut(box, this.frame.view) && this.taken.isFree(box) && this.covered.isFree(box);
  }

  write(text: string, x: number, y: number, colour: string, align: CanvasTextAlign): void {
    this.context.textAlign = align;
    this.writeOn(this.style.halo, text, [x, y], colour);
  }

  // With a halo in the colour of the ground.
  writeOn(halo: string, text: string, [x, y]: readonly [number, number], colour: string): void {
    const { context } = this;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.strokeStyle = halo;
    context.lineWidth = 3.2;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }
}
