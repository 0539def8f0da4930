// A siting question as the file that `lifecircle site STUDY --question FILE` reads (layers/study/siting/file.py);
// the same text may stand in the study file.

import { quoted } from "./toml";

type Value = string | number | readonly string[];

// Fields by their name in layers/study/siting/question.py; what is not asked for is not there.
export type Question = Readonly<Record<string, Value>> & { readonly name: string };

export function questionText(question: Question): string {
  const rows = Object.entries(question).map(([field, value]) => `${field} = ${written(value)}`);
  return `[[site]]\n${rows.join("\n")}\n`;
}

function written(value: Value): string {
  if (typeof value === "number") return plain(value);
  if (typeof value === "string") return quoted(value);
  return `[${value.map(quoted).join(", ")}]`;
}

// Never with an exponent, which would make a fraction of a whole number.
function plain(value: number): string {
  return Number.isInteger(value) ? value.toFixed(0) : value.toFixed(7).replace(/0+$/, "");
}
