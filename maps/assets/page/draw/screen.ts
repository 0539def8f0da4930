// What the page is shown on: a phone or more, a screen or paper, and how much of it is covered.

const PHONE = "(max-width: 700px)";

export interface Room {
  readonly paddingTopLeft: [number, number];
  readonly paddingBottomRight: [number, number];
}

export function onPhone(): boolean {
  return window.matchMedia(PHONE).matches;
}

export function onPaper(): boolean {
  return document.body.classList.contains("sheet-view");
}

// Pixels of a canvas to a pixel of the page. Paper needs finer pixels than most screens have; a phone's
// finest cost more memory than they show.
export function density(): number {
  return onPaper() ? 3 : Math.min(2, Math.max(1, window.devicePixelRatio || 1));
}

// How much of the view the panel covers, so that nothing is shown beneath it.
export function room(): Room {
  const panel = document.getElementById("panel");
  if (!panel || onPaper()) return { paddingTopLeft: [20, 20], paddingBottomRight: [20, 20] };
  const box = panel.getBoundingClientRect();
  // Beside the zoom buttons, not beneath them.
  if (onPhone()) return { paddingTopLeft: [16, 16], paddingBottomRight: [56, window.innerHeight - box.top + 16] };
  return { paddingTopLeft: [box.right + 20, 20], paddingBottomRight: [56, 40] };
}
