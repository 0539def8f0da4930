// What is not crossed on the way to a street, and what a straight walk crosses: the rules of geo/joins/crossing.py.

import type { Pack } from "../core/unpack";
import type { Mercator } from "./mercator";

const STEPS = 1e7;
const CELL = 100; // metres
const ENDS = 0.1; // metres left out at both ends of a walk
const OPEN = 3; // metres around a gate at which a wall is open
const OPENED = 2 | 16; // walls and railways, as bits of geo/joins/doubt.py

// A gate, in metres: its number among all gates settles which of two equally near ones is taken.
export interface Gate {
  readonly number: number;
  readonly x: number;
  readonly y: number;
}

export class Barriers {
  private readonly cells = new Map<number, number[]>();
  private readonly openings = new Map<number, [number, number][]>();
  private readonly gates = new Map<number, Gate[]>();
  private readonly ends: Float64Array;
  private readonly kind: Int32Array;

  constructor(pack: Pack, mercator: Mercator) {
    const at = pack.positions("barriers.at");
    this.kind = pack.wholeNumbers("barriers.kind");
    this.ends = new Float64Array(2 * at.count);
    for (let i = 0; i < at.count; i += 1) this.ends.set(mercator.project(at.x[i] / STEPS, at.y[i] / STEPS), 2 * i);
    this.kind.forEach((_, p) => {
      cellsAlong(this.ends.subarray(4 * p, 4 * p + 4), (cell) => {
        const there = this.cells.get(cell);
        if (there) there.push(p);
        else this.cells.set(cell, [p]);
      });
    });
    const openings = pack.positions("barriers.openings");
    const [gates] = pack.wholeNumbers("barriers.gates");
    for (let i = 0; i < openings.count; i += 1) {
      const [x, y] = mercator.project(openings.x[i] / STEPS, openings.y[i] / STEPS);
      const cell = cellOf(x, y);
      this.openings.set(cell, [...(this.openings.get(cell) ?? []), [x, y]]);
      if (i < gates) this.gates.set(cell, [...(this.gates.get(cell) ?? []), { number: i, x, y }]);
    }
  }

  get count(): number {
    return this.kind.length;
  }

  // The gates within some metres of a point.
  gatesNear(x: number, y: number, metres: number): Gate[] {
    const found: Gate[] = [];
    cellsAlong(Float64Array.of(x - metres, y - metres, x + metres, y + metres), (cell) => {
      found.push(...(this.gates.get(cell) ?? []));
    });
    return found.filter((gate) => Math.hypot(gate.x - x, gate.y - y) <= metres);
  }

  // The kinds of barrier between two points, as bits; 0 where the way is free.
  crossed(fromX: number, fromY: number, toX: number, toY: number): number {
    const length = Math.hypot(toX - fromX, toY - fromY);
    if (!this.count || length <= 2 * ENDS) return 0;
    const share = ENDS / length;
    const dx = share * (toX - fromX);
    const dy = share * (toY - fromY);
    const walk = Float64Array.of(fromX + dx, fromY + dy, toX - dx, toY - dy);
    let found = 0;
    cellsAlong(walk, (cell) => {
      this.cells.get(cell)?.forEach((p) => {
        if ((found & this.kind[p]) !== this.kind[p] && this.meets(p, walk)) found |= this.kind[p];
      });
    });
    return found;
  }

  private meets(p: number, [ax, ay, bx, by]: Float64Array): boolean {
    const [cx, cy, dx, dy] = this.ends.subarray(4 * p, 4 * p + 4);
    const c = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    const d = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax);
    const a = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx);
    const b = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx);
    // On one side of the other, or along it and not across.
    if (c * d > 0 || a * b > 0 || a === b) return false;
    const x = ax + (a / (a - b)) * (bx - ax);
    const y = ay + (a / (a - b)) * (by - ay);
    return !((this.kind[p] & OPENED) > 0 && this.isOpenAt(x, y));
  }

  private isOpenAt(x: number, y: number): boolean {
    for (const sideX of [-OPEN, OPEN]) {
      for (const sideY of [-OPEN, OPEN]) {
        const near = this.openings.get(cellOf(x + sideX, y + sideY));
        if (near?.some(([gateX, gateY]) => Math.hypot(gateX - x, gateY - y) <= OPEN)) return true;
      }
    }
    return false;
  }
}

function cellOf(x: number, y: number): number {
  return Math.floor(x / CELL) * 2 ** 24 + Math.floor(y / CELL);
}

// Calls for every cell that the box of a line meets.
function cellsAlong([ax, ay, bx, by]: Float64Array, call: (cell: number) => void): void {
  const column = (value: number): number => Math.floor(value / CELL);
  for (let x = column(Math.min(ax, bx)); x <= column(Math.max(ax, bx)); x += 1) {
    for (let y = column(Math.min(ay, by)); y <= column(Math.max(ay, by)); y += 1) call(x * 2 ** 24 + y);
  }
}
