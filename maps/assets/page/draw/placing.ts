// What may stand where: boxes that are taken, and the spots a name may take beside its symbol.

// West, north, east and south, in pixels of the canvas.
export type Box = readonly [west: number, north: number, east: number, south: number];

const CELL = 48;
const ROWS = 1 << 20; // more than any canvas has
const HALF_LINE = 8; // half the height of a line of 12 pixels, with its halo

export function around(x: number, y: number, radius: number): Box {
  return [x - radius, y - radius, x + radius, y + radius];
}

export function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
}

// Places that are taken, in cells so that asking stays quick however many there are.
export class Taken {
  private readonly cells = new Map<number, Box[]>();

  isFree(box: Box): boolean {
    return !someCell(box, (cell) => this.cells.get(cell)?.some((other) => overlap(box, other)) ?? false);
  }

  add(box: Box): void {
    someCell(box, (cell) => {
      const there = this.cells.get(cell);
      if (there) there.push(box);
      else this.cells.set(cell, [box]);
      return false;
    });
  }
}

// Whether something holds for a cell that a box touches. A number for each cell: texts would take longer to make.
function someCell([west, north, east, south]: Box, holds: (cell: number) => boolean): boolean {
  const last = Math.floor(south / CELL);
  for (let x = Math.floor(west / CELL); x <= Math.floor(east / CELL); x += 1) {
    for (let y = Math.floor(north / CELL); y <= last; y += 1) if (holds(x * ROWS + y)) return true;
  }
  return false;
}

// Whether a box lies wholly in view or wholly out of it: words cut by its edge cannot be read.
export function isUncut(box: Box, view: Box): boolean {
  const within = box[0] >= view[0] && box[1] >= view[1] && box[2] <= view[2] && box[3] <= view[3];
  return within || box[2] < view[0] || box[3] < view[1] || box[0] > view[2] || box[1] > view[3];
}

export interface Spot {
  readonly align: "left" | "right" | "center";
  readonly x: number;
  readonly y: number;
  readonly box: Box;
}

// Where a name may stand beside a symbol, the best first: right, left, below, above.
export function spotsBeside(x: number, y: number, size: number, width: number): Spot[] {
  const gap = size / 2 + 4;
  const half = width / 2;
  return [
    { align: "left", x: x + gap, y, box: [x + gap, y - HALF_LINE, x + gap + width, y + HALF_LINE] },
    { align: "right", x: x - gap, y, box: [x - gap - width, y - HALF_LINE, x - gap, y + HALF_LINE] },
    { align: "center", x, y: y + gap + 6, box: [x - half, y + gap - 2, x + half, y + gap + 14] },
    { align: "center", x, y: y - gap - 6, box: [x - half, y - gap - 14, x + half, y - gap + 2] },
  ];
}

// The box of a number written into the middle of a circle.
export function boxOfNumber(x: number, y: number, width: number): Box {
  const half = width / 2 + 2;
  return [x - half, y - HALF_LINE, x + half, y + HALF_LINE];
}

export interface Candidate {
  readonly i: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

const SMALLEST_SYMBOL = 10; // pixels: below this a symbol says no more than a dot
const TOUCHING = 0.42; // of its size: as near as the middles of two symbols may come

// The more important come first; who finds no room becomes a dot, unless it is the one selected.
export function placeSymbols(
  candidates: readonly Candidate[],
  selected: number,
  taken: Taken,
): { placed: Candidate[]; crowded: Candidate[] } {
  const placed: Candidate[] = [];
  const crowded: Candidate[] = [];
  candidates.forEach((each) => {
    const { i, x, y, size } = each;
    const roomy = size >= SMALLEST_SYMBOL && taken.isFree(around(x, y, size * TOUCHING));
    if (roomy || i === selected) {
      taken.add(around(x, y, size / 2 + 1));
      placed.push(each);
    } else {
      crowded.push(each);
    }
  });
  return { placed, crowded };
}
