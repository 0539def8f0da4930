// The common part of OpenStreetMap's opening hours: "Mo-Fr 08:30-11:30,13:00-17:30; PH off", or "24/7".

const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] as const;

// A weekday from Monday on, and minutes since midnight.
export type Moment = readonly [weekday: number, minute: number];

// The first and the last weekday, or the public holidays.
export type Days = readonly [first: number, last: number] | "PH";

export interface Rule {
  // None for every day.
  readonly days: readonly Days[];
  readonly isClosed: boolean;
  // Minutes since midnight; none for the whole day.
  readonly spans: readonly (readonly [from: number, to: number])[];
}

const WEEK = 7;
const DAY = 24 * 60;
const LATEST = 2 * DAY;
const RULE = /^((?:[A-Z][A-Za-z,-]*)?)\s*(off|closed|[\d:,\- ]*)$/;
const SPAN = /^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/;

// Null where the hours are more than that.
export function rulesOf(text: string): readonly Rule[] | null {
  if (text.trim() === "24/7") return [{ days: [], isClosed: false, spans: [] }];
  return allOf(text.split(";").map((rule) => ruleOf(rule.trim())));
}

function ruleOf(text: string): Rule | null {
  const found = RULE.exec(text);
  if (!text || !found) return null;
  const times = found[2].trim();
  const isClosed = times === "off" || times === "closed";
  const days = allOf(found[1] ? found[1].split(",").map(daysOf) : []);
  const spans = allOf(isClosed || !times ? [] : times.split(",").map((span) => spanOf(span.trim())));
  return days && spans && { days, isClosed, spans };
}

function daysOf(text: string): Days | null {
  if (text === "PH") return text;
  const ends = text.split("-").map((day) => (DAYS as readonly string[]).indexOf(day));
  return ends.includes(-1) || ends.length > 2 ? null : [ends[0], ends[ends.length - 1]];
}

function spanOf(text: string): readonly [number, number] | null {
  const [from, fromMinute, to, toMinute] = (SPAN.exec(text) ?? []).slice(1).map(Number);
  const span = [60 * from + fromMinute, 60 * to + toMinute] as const;
  return fromMinute < 60 && toMinute < 60 && Math.max(...span) <= LATEST ? span : null;
}

function allOf<Each>(parts: readonly (Each | null)[]): Each[] | null {
  const known = parts.filter((part) => part !== null);
  return known.length === parts.length ? known : null;
}

// Whether it is open in a week without holidays; null where only the program can tell.
export function isOpen(hours: string, [weekday, minute]: Moment): boolean | null {
  const rules = rulesOf(hours);
  // Which of several rules holds beyond midnight is another question.
  if (!rules || (rules.length > 1 && rules.some((rule) => rule.spans.some((span) => endOf(span) > DAY)))) return null;
  // A later rule for a day stands in place of an earlier one.
  const isWithin = (day: number, at: number): boolean => {
    const rule = [...rules].reverse().find((each) => holdsOn(each, day));
    if (!rule || rule.isClosed) return false;
    if (!rule.spans.length) return at < DAY;
    return rule.spans.some((span) => at >= span[0] && at < endOf(span));
  };
  return isWithin(weekday, minute) || isWithin((weekday + WEEK - 1) % WEEK, minute + DAY);
}

function endOf([from, to]: readonly [from: number, to: number]): number {
  return to > from ? to : to + DAY;
}

function holdsOn({ days }: Rule, day: number): boolean {
  if (!days.length) return true;
  return days.some((each) => each !== "PH" && (day - each[0] + WEEK) % WEEK <= (each[1] - each[0] + WEEK) % WEEK);
}
