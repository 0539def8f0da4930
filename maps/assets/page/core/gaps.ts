// Where people are left out: by choice, the largest first.

import type { Bilingual, Choice, GapTable, PolygonKind } from "./content";

export interface Gap {
  readonly grid: number;
  readonly people: number;
  readonly cause: Bilingual | null;
}

export function choiceKey(choice: Choice): string {
  return choice.join();
}

export function gapsByChoice(table: GapTable, people: Float32Array): Map<string, Gap[]> {
  const lists = new Map<string, Gap[]>();
  table.choice.forEach((choice, i) => {
    const key = choiceKey(choice);
    const list = lists.get(key) ?? [];
    const cause = table.cause[i] < 0 ? null : table.causes[table.cause[i]];
    list.push({ grid: table.grid[i], people: people[i], cause });
    lists.set(key, list);
  });
  lists.forEach((list) => list.sort((a, b) => b.people - a.people || a.grid - b.grid));
  return lists;
}

// Areas leave out many times as many as grid cells: each kind has a scale of its own.
export function mostByKind(
  table: GapTable,
  people: Float32Array,
  kinds: readonly PolygonKind[],
): Map<PolygonKind, number> {
  const most = new Map<PolygonKind, number>();
  people.forEach((value, i) => {
    const kind = kinds[table.grid[i]];
    most.set(kind, Math.max(value, most.get(kind) ?? 1));
  });
  return most;
}
