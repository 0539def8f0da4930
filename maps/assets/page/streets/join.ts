// Joins a place to its street as geo/network/snap.py does: the nearest place of those against which least speaks.

import type { Barriers, Gate } from "./barriers";
import { EdgeIndex } from "./edge_index";
import { type Best, type Joined, joinedAt } from "./joined";
import { PRIVATE, SCRAP, type Streets } from "./streets";
import { type Spot, foot, nearestOf, pointOf } from "./spots";
import { wayAcross } from "./ways_across";

// What speaks against a join, as bits of geo/joins/doubt.py.
const DOUBT = { private: 1, wall: 2, above: 4, below: 8, scrap: 32 } as const;

const STEP_METRES = 10;
const STEP_SHARE = 0.2;
const OWN_SHARE = 0.5;
const NONE = 2 ** 30;

// As far as the nearest street is, whatever speaks against it.
interface Straight extends Best {
  readonly plainMetres: number;
}

const NOWHERE: Best = { doubt: NONE, edge: NONE, vertex: NONE, share: 0, metres: Infinity };

export class Joiner {
  readonly index: EdgeIndex;

  constructor(
    readonly streets: Streets,
    private readonly barriers: Barriers,
    private readonly maxMetres: number,
  ) {
    this.index = new EdgeIndex(streets);
  }

  // Returns null where no street lies near enough.
  join(lon: number, lat: number): Joined | null {
    const [x, y] = this.streets.mercator.project(lon, lat);
    const best = this.straight(x, y);
    if (!best) return null;
    return joinedAt(this.streets, this.mayLeaveByGate(best) ? this.byGate(x, y, best) : best);
  }

  // Along a straight line.
  private straight(x: number, y: number): Straight | null {
    const nearest = this.nearest(x, y);
    if (!nearest) return null;
    const spot = wayAcross(this.streets, this.index, x, y, nearest);
    const best = this.isDoubted(x, y, spot) ? this.leastDoubt(x, y, spot) : { ...spot, doubt: 0 };
    return { ...best, plainMetres: spot.metres };
  }

  // Behind a wall; where a farther street was taken, it may be because it is seen through a gate.
  private mayLeaveByGate({ doubt, metres, plainMetres }: Straight): boolean {
    return (doubt & DOUBT.wall) > 0 || (doubt === 0 && metres > plainMetres);
  }

  // By the gate from which the walk to a street is the shortest, as geo/joins/gates.py; else as it was.
  private byGate(x: number, y: number, best: Straight): Best {
    let chosen: (Best & { readonly number: number }) | null = null;
    for (const gate of this.barriers.gatesNear(x, y, this.maxMetres)) {
      const beyond = this.beyond(x, y, gate);
      if (!beyond) continue;
      const isSooner = !chosen || beyond.metres < chosen.metres;
      if (isSooner || (beyond.metres === chosen?.metres && gate.number < chosen.number)) {
        chosen = { ...beyond, number: gate.number };
      }
    }
    return chosen && (best.doubt > 0 || chosen.metres < best.metres) ? chosen : best;
  }

  // The street behind a gate that can be walked to, with the whole walk; null where there is none.
  private beyond(x: number, y: number, gate: Gate): Best | null {
    const street = this.straight(gate.x, gate.y);
    if (!street || street.doubt > 0) return null;
    const metres = Math.hypot(gate.x - x, gate.y - y) + street.metres;
    if (metres > this.maxMetres || this.barriers.crossed(x, y, gate.x, gate.y) > 0) return null;
    return { ...street, metres };
  }

  private nearest(x: number, y: number): Spot | null {
    for (const radius of this.radii()) {
      const found = nearestOf(this.streets, this.index.near(x, y, radius), x, y);
      if (found && found.metres <= radius) return found;
    }
    return null;
  }

  private radii(): readonly number[] {
    return [this.maxMetres / 8, this.maxMetres / 3, this.maxMetres];
  }

  private isDoubted(x: number, y: number, spot: Spot): boolean {
    const { streets } = this;
    if ((streets.flags[spot.edge] & PRIVATE) > 0 || standing(streets, spot) > 0) return true;
    const [toX, toY] = pointOf(streets, spot);
    return this.barriers.crossed(x, y, toX, toY) > 0;
  }

  private leastDoubt(x: number, y: number, nearest: Spot): Best {
    for (const radius of this.radii()) {
      const look = new Look(this.streets, this.barriers, x, y, radius);
      const best = look.best(this.index.near(x, y, radius));
      if (best && (radius === this.maxMetres || look.isSure(best))) return best;
    }
    return { ...nearest, doubt: 0 };
  }
}

// The doubt of a street for a place on the ground, whatever lies between.
function standing({ flags, level }: Streets, { edge, vertex }: { edge: number; vertex: number }): number {
  const scrap = (flags[edge] & SCRAP) > 0 ? DOUBT.scrap : 0;
  if (level[vertex] < 0) return scrap | DOUBT.below;
  return level[vertex] > 0 ? scrap | DOUBT.above : scrap;
}

// One look around within a radius: the best open street and the best private one.
class Look {
  private readonly found: [open: Best, own: Best] = [NOWHERE, NOWHERE];
  // How far the nearest open street is that nothing parts from the place; asked for where there are private ones.
  private free = -1;

  constructor(
    private readonly streets: Streets,
    private readonly barriers: Barriers,
    private readonly x: number,
    private readonly y: number,
    private readonly radius: number,
  ) {}

  best(edges: readonly number[]): Best | null {
    if (edges.some((e) => this.streets.flags[e] & PRIVATE)) this.free = Infinity;
    this.forPieces(edges, (edge, vertex, share, metres) => {
      this.tryIfWorth({ edge, vertex, share, metres });
    });
    if (this.barriers.count) {
      this.forPieces(edges, (edge, vertex, share) => {
        this.lookBeside(edge, vertex, share);
      });
    }
    const best = this.chosen();
    return best.doubt < NONE ? best : null;
  }

  // Whether nothing farther away than the radius could come before what was found.
  isSure(best: Best): boolean {
    const isOpen = (this.streets.flags[best.edge] & PRIVATE) === 0;
    const isClear = best.doubt === 0 && best.metres <= this.radius;
    return isClear && (isOpen || best.metres < OWN_SHARE * this.radius || this.free < Infinity);
  }

  private forPieces(
    edges: readonly number[],
    call: (edge: number, vertex: number, share: number, metres: number) => void,
  ): void {
    const { streets, x, y, radius } = this;
    for (const edge of edges) {
      for (let v = streets.vertexStart[edge]; v < streets.vertexStart[edge + 1] - 1; v += 1) {
        const [share, metres] = foot(streets, v, x, y);
        if (metres <= radius) call(edge, v, share, metres);
      }
    }
  }

  private kindOf(edge: number): 0 | 1 {
    return (this.streets.flags[edge] & PRIVATE) > 0 ? 1 : 0;
  }

  private tryIfWorth(spot: Spot): boolean {
    const kind = this.kindOf(spot.edge);
    const isWorth = comesBefore({ ...spot, doubt: standing(this.streets, spot) }, this.found[kind]);
    if (!isWorth && !(kind === 0 && spot.metres < this.free)) return false;
    this.take(kind, spot);
    return true;
  }

  private take(kind: 0 | 1, spot: Spot): void {
    const [toX, toY] = pointOf(this.streets, spot);
    const across = this.barriers.crossed(this.x, this.y, toX, toY);
    const own = standing(this.streets, spot);
    if (kind === 0 && across === 0 && own < DOUBT.scrap) this.free = Math.min(this.free, spot.metres);
    const tried = { ...spot, doubt: own | across };
    if (comesBefore(tried, this.found[kind])) this.found[kind] = tried;
  }

  // Places along a piece of street to both sides of the nearest, while they may be better.
  private lookBeside(edge: number, vertex: number, from: number): void {
    const { x, y } = this.streets;
    const length = Math.hypot(x[vertex + 1] - x[vertex], y[vertex + 1] - y[vertex]);
    if (length <= STEP_METRES) return;
    for (const end of [0, 1]) {
      let share = from;
      let metres = 0;
      while (share !== end) {
        const step = Math.max(STEP_METRES, STEP_SHARE * metres) / length;
        share = end ? Math.min(share + step, 1) : Math.max(share - step, 0);
        const [toX, toY] = pointOf(this.streets, { vertex, share });
        metres = Math.hypot(toX - this.x, toY - this.y);
        if (metres > this.radius || !this.tryIfWorth({ edge, vertex, share, metres })) break;
      }
    }
  }

  // The open street or the private one; what is not one's own is doubted.
  private chosen(): Best {
    const [open, near] = this.found;
    if (near.doubt === NONE) return open;
    const own = near.metres >= OWN_SHARE * this.free ? { ...near, doubt: near.doubt | DOUBT.private } : near;
    if (open.doubt !== own.doubt) return open.doubt < own.doubt ? open : own;
    return open.metres <= own.metres ? open : own;
  }
}

function comesBefore(a: Best, b: Best): boolean {
  if (a.doubt !== b.doubt) return a.doubt < b.doubt;
  if (a.metres !== b.metres) return a.metres < b.metres;
  return a.edge < b.edge || (a.edge === b.edge && a.vertex < b.vertex);
}
