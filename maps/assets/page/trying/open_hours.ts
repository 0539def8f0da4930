// Opening hours as the page itself writes them: "Mo-Fr 08:30-17:30", several parted by semicolons, or "24/7".

export const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] as const;

// A weekday from Monday on, and minutes since midnight.
export type Moment = readonly [weekday: number, minute: number];

const WEEK = 7;
const DAY = 24 * 60;
const RULE = /^(?:([A-Z][a-z](?:-[A-Z][a-z])?(?:,[A-Z][a-z](?:-[A-Z][a-z])?)*) )?(\d\d:\d\d-\d\d:\d\d)$/;

interface Rule {
  readonly days: ReadonlySet<number>;
  readonly from: number;
  readonly to: number;
}

// Whether it is open; null where the hours are written in a way that only the program reads.
export function isOpen(hours: string, [weekday, minute]: Moment): boolean | null {
  if (hours.trim() === "24/7") return true;
  const rules = hours.split(";").map((rule) => ruleOf(rule.trim()));
  if (rules.some((rule) => rule === null)) return null;
  // A later rule for a day stands in place of an earlier one.
  const today = lastOf(rules, weekday);
  const before = lastOf(rules, (weekday + WEEK - 1) % WEEK);
  const now = today !== null && minute >= today.from && minute < (today.to > today.from ? today.to : today.to + DAY);
  const still = before !== null && before.to <= before.from && minute < before.to;
  return now || still;
}

function lastOf(rules: readonly (Rule | null)[], day: number): Rule | null {
  return [...rules].reverse().find((rule) => rule?.days.has(day)) ?? null;
}

function ruleOf(text: string): Rule | null {
  const found = RULE.exec(text);
  if (!found) return null;
  const days = daysOf(found[1]);
  const [from, to] = found[2].split("-").map(minuteOf);
  return days === null || from === null || to === null ? null : { days, from, to };
}

function minuteOf(text: string): number | null {
  const [hour, minute] = text.split(":").map(Number);
  return hour > 24 || minute > 59 || (hour === 24 && minute > 0) ? null : 60 * hour + minute;
}

function daysOf(text: string | undefined): ReadonlySet<number> | null {
  const all = new Set<number>();
  for (const part of text === undefined ? ["Mo-Su"] : text.split(",")) {
    const [first, last] = (part.includes("-") ? part.split("-") : [part, part]).map((day) =>
      (DAYS as readonly string[]).indexOf(day),
    );
    if (first < 0 || last < 0) return null;
    for (let day = first; ; day = (day + 1) % WEEK) {
      all.add(day);
      if (day === last) break;
    }
  }
  return all;
}
