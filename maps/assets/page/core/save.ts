// Files that the page makes and the reader keeps.

import { element } from "./dom";

export function saveText(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }));
}

export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: fileName(name) }).click();
  URL.revokeObjectURL(address);
}

// Without the signs that a file system keeps for itself.
export function fileName(name: string): string {
  return name.replace(/[\\/:*?"<>|]/g, "-");
}
