// Opening hours as a person says them; what the page cannot read stays as it is written.

import type { Model } from "../core/model";

export const DAY_CHOICES = [
  ["Mo-Su", "try_days_all"],
  ["Mo-Fr", "try_days_week"],
  ["Sa,Su", "try_days_weekend"],
] as const;

export function hoursWords(model: Model, hours: string): string {
  if (hours === "24/7") return model.word("try_all_day");
  const found = /^(\S+) (\d\d:\d\d)-(\d\d:\d\d)$/.exec(hours);
  const days = DAY_CHOICES.find(([written]) => written === found?.[1]);
  return found && days ? `${model.word(days[1])} ${found[2]}–${found[3]}` : hours;
}
