// A siting question as the file that `lifecircle site STUDY --question FILE` reads (layers/study/siting/file.py);
// the same text may stand in the study file.

import { quoted } from "../core/toml";

type Single = string | number | boolean;
export type Value = Single | readonly Single[] | ReadonlyMap<string, Single>;

// Fields by their name in layers/study/siting/question.py; what is not asked for is not there.
export type Question = ReadonlyMap<string, Value>;

export function questionText(question: Question): string {
  const rows = [...question].map(([field, value]) => `${field} = ${written(value)}`);
  return `[[site]]\n${rows.join("\n")}\n`;
}

function written(value: Value): string {
  if (value instanceof Map) {
    const rows = [...(value as ReadonlyMap<string, Single>)].map(([key, each]) => `${quoted(key)} = ${single(each)}`);
    return `{ ${rows.join(", ")} }`;
  }
  return Array.isArray(value) ? `[${(value as Single[]).map(single).join(", ")}]` : single(value as Single);
}

function single(value: Single): string {
  if (typeof value === "number") return plain(value);
  return typeof value === "string" ? quoted(value) : String(value);
}

// Never with an exponent, which would make a fraction of a whole number.
function plain(value: number): string {
  return Number.isInteger(value) ? value.toFixed(0) : value.toFixed(7).replace(/0+$/, "");
}
