// Numbers and sentences as a person would say them, in the language chosen.

import type { Language } from "./content";

export const SOMEBODY = 0.5; // people: less is nobody once it is rounded

export type Values = Readonly<Record<string, string>>;

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

export function twoDigits(value: number): number {
  const whole = Math.round(value);
  const step = 10 ** Math.max(0, String(Math.abs(whole)).length - 2);
  return Math.round(whole / step) * step;
}

// A reckoned number of people, of two digits; the rule of geo/assessment/headline.py.
export function about(value: number, language: Language): string {
  const round = twoDigits(value);
  if (language === "en") return `about ${count(round)}`;
  return round >= 10000 ? `约${String(round / 10000)}万` : `约${count(round)}`;
}

// Never 100 % or 0 % while somebody is left out or in; the rule of geo/assessment/headline.py.
export function percent(part: number, whole: number, language: Language): string {
  if (!(whole > 0)) return "–";
  let share = (100 * part) / whole;
  if ((share >= 99 && share < 100) || (share > 0 && share < 1)) {
    share = Math.min(Math.max(Math.round(share * 10) / 10, 0.1), 99.9);
  }
  const digits = share % 1 && (share > 99 || share < 1) ? share.toFixed(1) : share.toFixed(0);
  return language === "zh" ? `${digits}%` : `${digits}\u00a0%`;
}

// A difference of shares in points of a hundred.
export function signedPoints(change: number): string {
  const points = Math.round(100 * change);
  if (points === 0) return "±0";
  return `${points > 0 ? "+" : "−"}${String(Math.abs(points))}`;
}

export function bracketed(text: string, language: Language): string {
  return language === "zh" ? `（${text}）` : `(${text})`;
}

// A text of the user's that is called like something every object has is not taken for that.
export function has(values: object, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(values, key);
}

export function fill(template: string, values: Values): string {
  return parts(template, values)
    .map(({ text }) => text)
    .join("");
}

interface Part {
  readonly text: string;
  readonly key: string | null;
}

// A template in its parts: what stood in braces is filled in and keeps its key, unless nobody knows it.
export function parts(template: string, values: Values): Part[] {
  return template.split(/(\{\w+\})/).map((piece) => {
    const key = /^\{\w+\}$/.test(piece) ? piece.slice(1, -1) : null;
    return key !== null && has(values, key) ? { text: values[key], key } : { text: piece, key: null };
  });
}

export function shortened(text: string, length: number): string {
  const letters = Array.from(text);
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : text;
}
