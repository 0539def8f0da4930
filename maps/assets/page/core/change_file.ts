// A change as the file that `lifecircle run STUDY --change FILE` reads (layers/study/changes.py).

export interface ChangeFile {
  readonly name: string;
  readonly open?: { readonly id: string; readonly category: string; readonly lon: number; readonly lat: number };
  readonly close?: { readonly id: string };
}

export function changeText({ name, open, close }: ChangeFile): string {
  const lines = [`name = ${value(name)}`];
  if (open) lines.push("", "[[open]]", ...rows(open));
  if (close) lines.push("", "[[close]]", ...rows(close));
  return `${lines.join("\n")}\n`;
}

function rows(table: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(table).map(([key, each]) => `${key} = ${value(each)}`);
}

// JSON's quotes are TOML's but for one sign; TOML wants a digit on both sides of a point, and knows no bare exponent.
function value(each: string | number): string {
  return typeof each === "number" ? each.toFixed(7) : JSON.stringify(each).replace(/\x7f/g, "\\u007f");
}
