// Links that a user wrote, which a reader may follow.

// Returns the address of a link, or null for anything that is not plain http or https.
export function safeLink(text: string): string | null {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
