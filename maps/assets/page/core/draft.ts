// A change that is being tried: what opens, closes, moves, gets more room or other hours, in the words of a change
// file (layers/study/changes.py). Whatever comes from a link or a file is checked here, value by value.

import { quoted } from "./toml";
import { has } from "./words";

export interface Opened {
  readonly id: string;
  readonly name: string;
  // Ids of the services it offers; the file opens it once for each.
  readonly categories: readonly string[];
  readonly lon: number;
  readonly lat: number;
  readonly capacity: number | null;
}

export interface Moved {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
}

export interface Extended {
  readonly id: string;
  readonly capacity: number;
}

export interface Rehoured {
  readonly id: string;
  readonly opening_hours: string;
}

export interface Draft {
  readonly name: string;
  readonly open: readonly Opened[];
  readonly close: readonly { readonly id: string }[];
  readonly move: readonly Moved[];
  readonly extend: readonly Extended[];
  readonly hours: readonly Rehoured[];
}

export const TABLES = ["open", "close", "move", "extend", "hours"] as const;
export const EMPTY: Draft = { name: "", open: [], close: [], move: [], extend: [], hours: [] };
const MOST_ROWS = 5000; // of a table, as layers/study/changes.py
const LONGEST = 200;

export function sizeOf(draft: Draft): number {
  return TABLES.reduce((sum, table) => sum + draft[table].length, 0);
}

export function isEmpty(draft: Draft): boolean {
  return sizeOf(draft) === 0;
}

// The draft without whatever it says of one place.
export function without(draft: Draft, id: string): Draft {
  const others = <Row extends { readonly id: string }>(rows: readonly Row[]): Row[] =>
    rows.filter((row) => row.id !== id);
  return {
    ...draft,
    open: others(draft.open),
    close: others(draft.close),
    move: others(draft.move),
    extend: others(draft.extend),
    hours: others(draft.hours),
  };
}

// What is written of a draft, as an object: an opened place once for each of its services, nothing that is empty.
export function tablesOf(draft: Draft): Record<string, unknown> {
  const open = draft.open.flatMap(({ id, name, categories, lon, lat, capacity }) =>
    categories.map((category) => ({
      id: categories.length > 1 ? `${id}:${category}` : id,
      ...(name ? { name } : {}),
      category,
      lon,
      lat,
      ...(capacity === null ? {} : { capacity }),
    })),
  );
  const rest = { close: draft.close, move: draft.move, extend: draft.extend, hours: draft.hours };
  const kept = Object.entries({ open, ...rest }).filter(([, rows]) => rows.length);
  return { name: draft.name, ...Object.fromEntries(kept) };
}

export function changeText(draft: Draft): string {
  const { name, ...tables } = tablesOf(draft);
  const lines = [`name = ${value("name", name)}`];
  Object.entries(tables).forEach(([table, rows]) => {
    (rows as Record<string, unknown>[]).forEach((row) => {
      lines.push("", `[[${table}]]`, ...Object.entries(row).map(([key, each]) => `${key} = ${value(key, each)}`));
    });
  });
  return `${lines.join("\n")}\n`;
}

// TOML wants a digit on both sides of a point, and knows no bare exponent.
function value(key: string, each: unknown): string {
  if (typeof each !== "number") return quoted(String(each));
  return key === "capacity" ? String(each) : each.toFixed(7);
}

// What of something unknown is a draft; rows that are none are left out and counted.
export function readDraft(raw: unknown): { readonly draft: Draft; readonly refused: number } | null {
  if (!isTable(raw)) return null;
  let refused = 0;
  const rows = <Row>(table: (typeof TABLES)[number], read: (row: Raw) => Row | null): Row[] => {
    const given = has(raw, table) ? raw[table] : [];
    if (!Array.isArray(given)) return [];
    refused += Math.max(0, given.length - MOST_ROWS);
    return given.slice(0, MOST_ROWS).flatMap((row: unknown) => {
      const found = isTable(row) ? read(row) : null;
      if (found === null) refused += 1;
      return found === null ? [] : [found];
    });
  };
  const draft: Draft = {
    name: textOf(raw.name) ?? "",
    open: merged(rows("open", openedOf)),
    close: once(rows("close", ({ id }) => (textOf(id) === null ? null : { id: String(id) }))),
    move: once(rows("move", movedOf)),
    extend: once(rows("extend", extendedOf)),
    hours: once(rows("hours", hoursOf)),
  };
  return { draft, refused };
}

// A table of which nothing is known but the keys that are looked at.
type Key = "id" | "name" | "category" | "categories" | "lon" | "lat" | "capacity" | "opening_hours";
type Raw = Readonly<Partial<Record<Key | (typeof TABLES)[number], unknown>>>;

function isTable(raw: unknown): raw is Raw {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

function textOf(raw: unknown): string | null {
  return typeof raw === "string" && raw.length > 0 && raw.length <= LONGEST ? raw : null;
}

function numberOf(raw: unknown, least: number, most: number): number | null {
  return typeof raw === "number" && raw >= least && raw <= most ? raw : null;
}

function openedOf(row: Raw): Opened | null {
  const id = textOf(row.id);
  const place = pointOf(row);
  const several: unknown[] = Array.isArray(row.categories) ? row.categories : [row.category];
  const categories = several.map(textOf).filter((each) => each !== null);
  if (id === null || !place || !categories.length || categories.length !== several.length) return null;
  return { id, name: textOf(row.name) ?? "", categories, ...place, capacity: numberOf(row.capacity, 0, 1e9) };
}

function pointOf(row: Raw): { lon: number; lat: number } | null {
  const lon = numberOf(row.lon, -180, 180);
  const lat = numberOf(row.lat, -90, 90);
  return lon === null || lat === null ? null : { lon: rounded(lon), lat: rounded(lat) };
}

// To the precision in which places are asked about and OpenStreetMap keeps them.
export function rounded(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}

function movedOf(row: Raw): Moved | null {
  const id = textOf(row.id);
  const place = pointOf(row);
  return id === null || !place ? null : { id, ...place };
}

function extendedOf(row: Raw): Extended | null {
  const id = textOf(row.id);
  const capacity = numberOf(row.capacity, 0, 1e9);
  return id === null || capacity === null ? null : { id, capacity };
}

function hoursOf(row: Raw): Rehoured | null {
  const id = textOf(row.id);
  const hours = textOf(row.opening_hours);
  return id === null || hours === null ? null : { id, opening_hours: hours };
}

// A place that offers several services is written once for each: such rows are one place again.
function merged(rows: readonly Opened[]): Opened[] {
  const known = new Map<string, Opened>();
  rows.forEach((row) => {
    const own = row.categories.length === 1 && row.id.endsWith(`:${row.categories[0]}`);
    const id = own ? row.id.slice(0, -row.categories[0].length - 1) : row.id;
    const key = [id, row.lon, row.lat].join();
    const there = known.get(key);
    const categories = [...new Set([...(there?.categories ?? []), ...row.categories])];
    known.set(key, { ...row, id, categories });
  });
  return once([...known.values()]);
}

// Each place has one row of a table.
function once<Row extends { readonly id: string }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}
