// A bounded search for shortest ways over junctions, in whole milliseconds: Dijkstra with a binary heap.

import type { Arcs } from "./streets";

export const NEVER = 0x7fffffff; // milliseconds: not reached

export const MINUTE = 60_000; // milliseconds
const NODES = 2 ** 22; // in the heap a node stands below its time, in one number

export function milliseconds(minutes: number): number {
  return Math.round(minutes * MINUTE);
}

export interface Seed {
  readonly node: number;
  readonly ms: number;
}

export class Search {
  // Milliseconds to each node, of the last search.
  readonly time: Int32Array;
  // The arc by which each node was reached, -1 for a seed.
  readonly by: Int32Array;
  // The nodes that the last search reached, the nearest first.
  reached: number[] = [];
  private touched: number[] = [];
  private heap = new Float64Array(1024);
  private size = 0;

  constructor(nodeCount: number) {
    this.time = new Int32Array(nodeCount).fill(NEVER);
    this.by = new Int32Array(nodeCount).fill(-1);
  }

  run(arcs: Arcs, seeds: readonly Seed[], limit: number): void {
    this.clear();
    seeds.forEach(({ node, ms }) => {
      this.lower(node, ms, -1, limit);
    });
    while (this.size > 0) {
      const top = this.pop();
      const ms = Math.floor(top / NODES);
      const node = top - ms * NODES;
      if (ms === this.time[node]) this.leave(arcs, node, ms, limit);
    }
  }

  private leave(arcs: Arcs, node: number, ms: number, limit: number): void {
    this.reached.push(node);
    for (let a = arcs.start[node]; a < arcs.start[node + 1]; a += 1) {
      this.lower(arcs.head[a], ms + arcs.ms[a], a, limit);
    }
  }

  private lower(node: number, ms: number, arc: number, limit: number): void {
    if (ms > limit || ms >= this.time[node]) return;
    if (this.time[node] === NEVER) this.touched.push(node);
    this.time[node] = ms;
    this.by[node] = arc;
    this.push(ms * NODES + node);
  }

  private clear(): void {
    for (const node of this.touched) {
      this.time[node] = NEVER;
      this.by[node] = -1;
    }
    this.touched = [];
    this.reached = [];
    this.size = 0;
  }

  private push(key: number): void {
    if (this.size === this.heap.length) {
      const larger = new Float64Array(2 * this.size);
      larger.set(this.heap);
      this.heap = larger;
    }
    const { heap } = this;
    let at = this.size;
    this.size += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent] <= key) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = key;
  }

  private pop(): number {
    const { heap } = this;
    const top = heap[0];
    this.size -= 1;
    const last = heap[this.size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && heap[child + 1] < heap[child]) child += 1;
      if (heap[child] >= last) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
