// The view, and what is being tried, in the address behind its "#": a link shows another reader the same.
//
// An address is written by anybody: every value is checked, and what is not understood is as good as not there.

import type { Content, Language, PaperSize, PolygonKind } from "./content";
import { type Draft, EMPTY, TABLES, readDraft, sizeOf } from "./draft";
import type { State } from "./state";

const LONGEST = 200_000; // letters of an address that are looked at
const MOST_KEPT = 20;
const PLACES = 5; // decimal places of the middle of the map: a metre

export interface View {
  readonly state: Partial<Pick<State, "category" | "minutes" | "case" | "kind" | "language">>;
  readonly at: readonly [lat: number, lon: number, zoom: number] | null;
  readonly trying: Trying;
  readonly paper: Paper | null;
}

// A sheet for print: its size, and whether it is of one service or of all side by side.
export interface Paper {
  readonly size: PaperSize;
  readonly series: boolean;
}

// What is being tried, what was kept beside it, and whether the gain is shown.
export interface Trying {
  readonly isOpen: boolean;
  readonly draft: Draft;
  readonly kept: readonly Draft[];
  readonly gain: boolean;
}

export const NO_TRYING: Trying = { isOpen: false, draft: EMPTY, kept: [], gain: false };

export function readHash(hash: string, content: Content): View {
  const given = new URLSearchParams(hash.length > LONGEST ? "" : hash.replace(/^#/, ""));
  const state: { -readonly [Key in keyof View["state"]]: View["state"][Key] } = {};
  const category = content.categories.findIndex(({ id }) => id === given.get("s"));
  if (category >= 0) state.category = category;
  const minutes = content.minutes.findIndex((each) => String(each) === given.get("m"));
  if (minutes >= 0) state.minutes = minutes;
  const shown = wholeOf(given.get("c"), content.cases.length);
  if (shown !== null) state.case = shown;
  const kind = content.grids.kind.find((each): each is PolygonKind => each === given.get("u"));
  if (kind !== undefined) state.kind = kind;
  const language = given.get("l");
  if (language === "en" || language === "zh") state.language = language;
  return { state, at: placeOf(given.get("at")), trying: tryingOf(given), paper: paperOf(given) };
}

function wholeOf(text: string | null, below: number): number | null {
  const value = text !== null && /^\d{1,6}$/.test(text) ? Number(text) : below;
  return value < below ? value : null;
}

function placeOf(text: string | null): View["at"] {
  const numbers = (text ?? "").split(",").map(Number);
  const [lat, lon, zoom] = numbers;
  const isPlace = numbers.length === 3 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 22;
  return isPlace ? [lat, lon, zoom] : null;
}

function paperOf(given: URLSearchParams): Paper | null {
  const size = given.get("p");
  return size === "A3" || size === "A4" ? { size, series: given.get("n") === "1" } : null;
}

function tryingOf(given: URLSearchParams): Trying {
  const drafts = listOf(given.get("w")).flatMap((raw) => {
    const read = readDraft(raw);
    return read ? [read.draft] : [];
  });
  const [draft = EMPTY, ...kept] = drafts;
  const gain = given.get("g") === "1";
  const isOpen = gain || given.get("t") === "1";
  return { isOpen, draft, kept: kept.slice(0, MOST_KEPT), gain };
}

function listOf(text: string | null): unknown[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

export function writeHash(
  content: Content, state: State, { at, trying, paper }: Pick<View, "at" | "trying" | "paper">,
): string {
  const out = new URLSearchParams();
  const put = (key: string, value: string | undefined): void => {
    if (value !== undefined) out.set(key, value);
  };
  put("s", content.categories[state.category]?.id);
  put("m", String(content.minutes[state.minutes]));
  if (content.cases.length > 1) put("c", String(state.case));
  put("u", state.kind ?? undefined);
  put("l", state.language satisfies Language);
  if (at) put("at", [at[0].toFixed(PLACES), at[1].toFixed(PLACES), String(at[2])].join());
  if (paper) put("p", paper.size);
  if (paper?.series) put("n", "1");
  if (trying.isOpen) put("t", "1");
  if (trying.gain) put("g", "1");
  if (sizeOf(trying.draft) || trying.kept.length) {
    put("w", JSON.stringify([trying.draft, ...trying.kept].map(shortened)));
  }
  // Commas and colons may stand in an address as they are; without them it is a third shorter.
  return `#${out.toString().replace(/%2C/g, ",").replace(/%3A/g, ":")}`;
}

// A draft without its empty tables.
function shortened(draft: Draft): Record<string, unknown> {
  const tables = TABLES.filter((table) => draft[table].length).map((table) => [table, draft[table]]);
  return { name: draft.name, ...(Object.fromEntries(tables) as Record<string, unknown>) };
}
