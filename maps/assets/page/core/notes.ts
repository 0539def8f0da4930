// What stands below the answers that the page works out itself.

import { element } from "./dom";
import type { Model } from "./model";
import { count } from "./words";

// What the answers of the page leave out: people who are at no place that is shown, and room.
export function notes(model: Model, room: "here_room" | "try_reach_only"): Node[] {
  const unplaced = model.content.reach?.unplaced[model.state.case] ?? 0;
  const said = unplaced > 0 ? [model.word("here_unplaced", { n: count(unplaced) })] : [];
  if (model.facilities.capacity.some((each) => each !== null)) said.push(model.word(room));
  return said.map((text) => element("p", { class: "note" }, text));
}
