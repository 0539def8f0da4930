// Street names, written along the straight stretches of their streets where there is room.

import type { Streets } from "./basemap";
import { type Pixel, isOutside, touches } from "./frame";
import type { Lettering } from "./lettering";
import { APART, type Stretch, boxesAlong, placesOn, stretchesOf, uprightAngle } from "./stretches";

const SIZES = [13, 13, 12, 12, 11, 11, 11]; // pixels, by rank
const ENDS = 12; // pixels of street that stay free beyond a name

interface Name {
  readonly text: string;
  readonly size: number;
  readonly width: number;
}

export function nameStreets(lettering: Lettering, streets: Streets): void {
  const writer = new StreetNames(lettering);
  const { frame, style } = lettering;
  style.streets.forEach((street, rank) => {
    if (frame.zoom < street.names) return;
    for (let i = 0; i < streets.set.count; i += 1) {
      const isWanted = streets.rank[i] === rank && streets.name[i] >= 0 && touches(streets.set, i, frame, 0);
      if (isWanted) writer.nameOne(streets, i, SIZES[rank]);
    }
  });
}

class StreetNames {
  private readonly written = new Map<string, Pixel[]>();
  private readonly widths = new Map<string, number>();

  constructor(private readonly lettering: Lettering) {}

  nameOne(streets: Streets, i: number, size: number): void {
    const text = streets.names[streets.name[i]];
    const name = { text, size, width: this.widthOf(text, size) };
    stretchesOf(streets.set, i, this.lettering.frame, name.width + ENDS).forEach((stretch) => {
      placesOn(stretch).forEach((at) => {
        this.writeWhereFree(name, stretch, at);
      });
    });
  }

  private writeWhereFree(name: Name, stretch: Stretch, at: Pixel): void {
    const { lettering } = this;
    if (isOutside(at, lettering.frame, name.width / 2) || this.isNearSame(name.text, at)) return;
    const angle = uprightAngle(stretch);
    const boxes = boxesAlong(at, angle, name.width);
    if (!boxes.every((box) => lettering.hasRoom(box))) return;
    boxes.forEach((box) => {
      lettering.taken.add(box);
    });
    this.written.set(name.text, [...(this.written.get(name.text) ?? []), at]);
    this.write(name, at, angle);
  }

  private isNearSame(text: string, [x, y]: Pixel): boolean {
    return (this.written.get(text) ?? []).some(([a, b]) => Math.hypot(a - x, b - y) < APART);
  }

  private write({ text, size }: Name, [x, y]: Pixel, angle: number): void {
    const { lettering } = this;
    lettering.context.save();
    lettering.context.translate(x, y);
    lettering.context.rotate(angle);
    lettering.setFont(size);
    lettering.write(text, 0, 0, lettering.style.quietInk, "center");
    lettering.context.restore();
  }

  private widthOf(text: string, size: number): number {
    const key = `${size} ${text}`;
    const known = this.widths.get(key);
    if (known !== undefined) return known;
    this.lettering.setFont(size);
    const width = this.lettering.widthOf(text);
    this.widths.set(key, width);
    return width;
  }
}
