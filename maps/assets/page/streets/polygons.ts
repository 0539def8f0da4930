// Which polygon each demand point lies in, and which share of it where it is divided.

import { type Pack, summed } from "../core/unpack";
import { starts } from "../core/shapes";

export class Polygons {
  private readonly start: Int32Array;
  private readonly polygon: Int32Array;
  private readonly share: Float64Array;

  constructor(
    pack: Pack,
    cuts: number,
    points: number,
    readonly count: number,
  ) {
    const rows: [point: number, polygon: number, share: number][] = [];
    for (let k = 0; k < cuts; k += 1) {
      const point = summed(pack.wholeNumbers(`polygons${k}.point`));
      const polygon = summed(pack.wholeNumbers(`polygons${k}.polygon`));
      const share = pack.decimals(`polygons${k}.share`);
      point.forEach((each, i) => rows.push([each, polygon[i], share.length ? share[i] : 1]));
    }
    const counts = new Int32Array(points);
    rows.forEach(([point]) => {
      counts[point] += 1;
    });
    this.start = starts(counts);
    this.polygon = new Int32Array(rows.length);
    this.share = new Float64Array(rows.length);
    const next = this.start.slice();
    rows.forEach(([point, polygon, share]) => {
      const at = next[point];
      next[point] += 1;
      this.polygon[at] = polygon;
      this.share[at] = share;
    });
  }

  zeros(): Float64Array {
    return new Float64Array(this.count);
  }

  // Adds the people of a demand point to the sums of its polygons.
  add(sums: Float64Array, point: number, people: number): void {
    const { start, polygon, share } = this;
    const all = sums;
    for (let k = start[point]; k < start[point + 1]; k += 1) all[polygon[k]] += share[k] * people;
  }
}
