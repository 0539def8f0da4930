// Opening hours in words: the common part of OpenStreetMap's syntax; what is more than that stays as it is written.

import type { Language } from "./content";

const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const ZH = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const EN = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HOLIDAYS = { en: "public holidays", zh: "法定节假日" };

export function hoursInWords(text: string, language: Language): string {
  if (/^24\/7$/.test(text.trim())) return language === "zh" ? "全天开放" : "always open";
  const rules = text.split(";").map((rule) => ruleInWords(rule.trim(), language));
  if (rules.some((rule) => rule === null)) return text;
  return rules.join(language === "zh" ? "；" : "; ");
}

const DAY = `(?:${DAYS.join("|")}|PH)(?:-(?:${DAYS.join("|")}))?`;
const RULE = new RegExp(`^((?:${DAY},?)*)\\s*(off|closed|[\\d:,\\- ]*)$`);

function ruleInWords(rule: string, language: Language): string | null {
  const found = RULE.exec(rule);
  if (!found || (!found[1] && !found[2])) return null;
  const days = daysInWords(found[1], language);
  const times = timesInWords(found[2].trim(), language);
  return days === null || times === null ? null : [days, times].filter(Boolean).join(" ");
}

function daysInWords(days: string, language: Language): string | null {
  if (!days) return language === "zh" ? "每天" : "daily";
  if (days === "Mo-Su") return language === "zh" ? "每天" : "daily";
  const words = days.split(",").map((part) => {
    if (part === "PH") return HOLIDAYS[language];
    const ends = part.split("-").map((day) => (language === "zh" ? ZH : EN)[DAYS.indexOf(day)]);
    if (ends.some((end) => (end as string | undefined) === undefined)) return null;
    return ends.join(language === "zh" ? "至" : "–");
  });
  return words.includes(null) ? null : words.join(language === "zh" ? "、" : ", ");
}

function timesInWords(times: string, language: Language): string | null {
  if (times === "off" || times === "closed") return language === "zh" ? "不开放" : "closed";
  if (!times) return "";
  const spans = times.split(",").map((span) => {
    const found = /^(\d{1,2}:\d{2})-(\d{1,2}:\d{2})$/.exec(span.trim());
    return found ? `${clock(found[1])}–${clock(found[2])}` : null;
  });
  return spans.includes(null) ? null : spans.join(language === "zh" ? "、" : ", ");
}

// 08:30 as 8:30.
function clock(time: string): string {
  return time.replace(/^0(?=\d)/, "");
}

export function hourOfWeek(hour: number, language: Language): string {
  const day = (language === "zh" ? ZH : EN)[Math.floor(hour / 24)];
  return `${day} ${String(hour % 24)}:00`;
}
