// Which edges lie near a place: their boxes, listed by square cell.

import type { Streets } from "./streets";

const CELL = 200; // metres

export class EdgeIndex {
  private readonly box: Float64Array;
  private readonly cells = new Map<number, number[]>();

  constructor({ vertexStart, x, y, edgeCount }: Streets) {
    this.box = new Float64Array(4 * edgeCount);
    for (let e = 0; e < edgeCount; e += 1) {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let v = vertexStart[e]; v < vertexStart[e + 1]; v += 1) {
        box[0] = Math.min(box[0], x[v]);
        box[1] = Math.min(box[1], y[v]);
        box[2] = Math.max(box[2], x[v]);
        box[3] = Math.max(box[3], y[v]);
      }
      this.box.set(box, 4 * e);
      forCells(box, (cell) => {
        const there = this.cells.get(cell);
        if (there) there.push(e);
        else this.cells.set(cell, [e]);
      });
    }
  }

  // The edges whose box meets the square of a half side around a place, by number.
  near(x: number, y: number, radius: number): number[] {
    const { box } = this;
    const found = new Set<number>();
    forCells([x - radius, y - radius, x + radius, y + radius], (cell) => {
      this.cells.get(cell)?.forEach((e) => {
        const meets =
          box[4 * e] <= x + radius && box[4 * e + 2] >= x - radius &&
          box[4 * e + 1] <= y + radius && box[4 * e + 3] >= y - radius;
        if (meets) found.add(e);
      });
    });
    return [...found].sort((a, b) => a - b);
  }
}

function forCells(box: readonly number[], call: (cell: number) => void): void {
  for (let x = Math.floor(box[0] / CELL); x <= Math.floor(box[2] / CELL); x += 1) {
    for (let y = Math.floor(box[1] / CELL); y <= Math.floor(box[3] / CELL); y += 1) call(x * 2 ** 24 + y);
  }
}
