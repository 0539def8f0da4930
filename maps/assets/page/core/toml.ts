// A text as TOML writes it.

// JSON's quotes are TOML's but for one sign.
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/\x7f/g, "\\u007f");
}
