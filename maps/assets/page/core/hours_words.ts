// Opening hours in words; what the page cannot read stays as it is written.

import type { Language } from "./content";
import { type Days, type Rule, rulesOf } from "./hours";

interface Words {
  readonly days: readonly string[];
  readonly holidays: string;
  readonly daily: string;
  readonly always: string;
  readonly closed: string;
  // Between two days, days or times, and rules.
  readonly to: string;
  readonly comma: string;
  readonly stop: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    holidays: "public holidays", daily: "daily", always: "always open", closed: "closed",
    to: "–", comma: ", ", stop: "; ",
  },
  zh: {
    days: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    holidays: "法定节假日", daily: "每天", always: "全天开放", closed: "不开放",
    to: "至", comma: "、", stop: "；",
  },
};
const LAST_DAY = 6;

export function hoursInWords(text: string, language: Language): string {
  const words = WORDS[language];
  const rules = rulesOf(text);
  return rules ? rules.map((rule) => ruleInWords(rule, words)).join(words.stop) : text;
}

function ruleInWords({ days, isClosed, spans }: Rule, words: Words): string {
  if (!days.length && !isClosed && !spans.length) return words.always;
  const said = days.length ? days.map((each) => daysInWords(each, words)).join(words.comma) : words.daily;
  const times = isClosed ? words.closed : spans.map((span) => span.map(clock).join("–")).join(words.comma);
  return times ? `${said} ${times}` : said;
}

function daysInWords(days: Days, words: Words): string {
  if (days === "PH") return words.holidays;
  const [first, last] = days;
  if (first === 0 && last === LAST_DAY) return words.daily;
  return first === last ? words.days[first] : words.days[first] + words.to + words.days[last];
}

// 8:30 of so many minutes.
function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60))}:${String(minutes % 60).padStart(2, "0")}`;
}

export function hourOfWeek(hour: number, language: Language): string {
  return `${WORDS[language].days[Math.floor(hour / 24)]} ${clock(60 * (hour % 24))}`;
}
