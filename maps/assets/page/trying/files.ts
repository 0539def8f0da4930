// A draft as a change file, saved and loaded; and as a link.

import { parse } from "smol-toml";
import { changeText, isEmpty, readDraft } from "../core/draft";
import { button, element } from "../core/dom";
import { saveText } from "../core/save";
import type { Desk } from "./desk";

const LARGEST = 1_000_000; // bytes, as layers/study/changes.py

export function fileButtons(desk: Desk): HTMLElement {
  const { model } = desk;
  const said = element("p", { class: "note", "aria-live": "polite" });
  const say = (text: string): void => {
    said.textContent = text;
  };
  const input = element("input", { type: "file", accept: ".toml,.json", "data-try": "file", class: "try-file" });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) void load(desk, file, say);
    input.value = "";
  });
  const name = model.word("try_open_file");
  const open = element("label", { class: "try-load" }, name, input);
  const save = button({ class: "save-change", "data-try": "save", disabled: isEmpty(desk.draft) }, () => {
    saveDraft(desk);
  }, model.word("try_save"));
  const link = button({ "data-try": "link" }, () => {
    void copyLink().then(() => {
      say(model.word("try_linked"));
    });
  }, model.word("try_link"));
  return element("section", { class: "try-files" }, element("div", { class: "try-buttons" }, save, open, link), said);
}

function saveDraft({ draft, model }: Desk): void {
  const name = draft.name || model.word("try_keep_first", { n: "1" });
  saveText(`${name}.toml`, changeText({ ...draft, name }), "application/toml");
}

async function load(desk: Desk, file: File, say: (text: string) => void): Promise<void> {
  const { model } = desk;
  const read = file.size > LARGEST ? null : readDraft(parsed(file.name, await file.text()));
  if (!read || isEmpty(read.draft)) {
    say(model.word("try_bad_file"));
    return;
  }
  desk.edit(() => read.draft);
  // The desk was drawn anew, and this note with it.
  const said = document.querySelector(".try-files .note");
  if (said && read.refused) said.textContent = model.word("try_refused", { n: String(read.refused) });
}

function parsed(name: string, text: string): unknown {
  try {
    const plain = text.replace(/^\ufeff/, "");
    return name.toLowerCase().endsWith(".json") ? JSON.parse(plain) : parse(plain);
  } catch {
    return null;
  }
}

// A page from a file may not be allowed to write to the clipboard: then the old way.
async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(window.location.href);
  } catch {
    const field = element("textarea", { class: "try-copied", "aria-hidden": "true" });
    field.value = window.location.href;
    document.body.append(field);
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way where there is no clipboard
    document.execCommand("copy");
    field.remove();
  }
}
