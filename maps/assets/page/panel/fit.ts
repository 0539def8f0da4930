// Makes the side of a sheet fit: the list of gaps gives way to what a reader must know, which else goes below the map.

import { element } from "../core/dom";
import type { Model } from "../core/model";

const LEAST_TYPE = 0.6; // of the type of the sheet: smaller could not be read on paper
const FEWEST_GAPS = 3;

// Returns whether the notes have gone below, so that the map has less room.
export function fitSide(side: HTMLElement, model: Model, sheet: HTMLElement): boolean {
  const notes = side.querySelector<HTMLElement>(".sheet-notes");
  const gaps = [...side.querySelectorAll(".sheet-gaps tr")];
  const isBelow = document.body.classList.contains("notes-below");
  if (isBelow && notes) sheet.append(notes);
  while (isFull(side) && gaps.length > FEWEST_GAPS) gaps.pop()?.remove();
  if (!notes) return false;
  shrink(notes, isBelow ? notes : side);
  if (isBelow) leaveOut(notes, model);
  if (isBelow || !isFull(side)) return false;
  document.body.classList.add("notes-below");
  return true;
}

function isFull(box: HTMLElement): boolean {
  return box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
}

function shrink(notes: HTMLElement, box: HTMLElement): void {
  for (let size = 0.76; isFull(box) && size >= LEAST_TYPE; size -= 0.04) notes.style.fontSize = `${size.toFixed(2)}em`;
}

// What even there has no room is told by its number.
function leaveOut(notes: HTMLElement, model: Model): void {
  const all = [...notes.children];
  for (let left = 1; isFull(notes) && all.length > 1; left += 1) {
    all.pop()?.remove();
    notes.querySelector(".rest")?.remove();
    notes.append(element("p", { class: "rest" }, model.word("notes_rest", { n: String(left) })));
  }
}
