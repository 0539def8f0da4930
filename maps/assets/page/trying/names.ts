// What the places of a trial are called.

import type { Desk } from "./desk";

// A new place by its name or its services, a place of the study by its name.
export function nameOf(desk: Desk, id: string): string {
  const { model, draft } = desk;
  const opened = draft.open.find((row) => row.id === id);
  if (opened) return opened.name || servicesOf(desk, opened.categories);
  const facility = desk.places.facility(id);
  if (facility < 0) return id;
  return model.facilities.name[facility] || model.word("unnamed");
}

export function servicesOf({ model }: Desk, ids: readonly string[]): string {
  const names = ids.map((id) => {
    const known = model.content.whatIf?.openable.find((each) => each.id === id);
    return known ? model.say(known.name) : id;
  });
  return names.join(model.state.language === "zh" ? "、" : ", ");
}
