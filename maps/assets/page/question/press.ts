// Work that waits until a press of the pointer is over: what is drawn anew meanwhile may slip from under it.

export class Press {
  private isDown = false;
  private waiting: (() => void) | null = null;

  constructor(within: HTMLElement) {
    within.addEventListener("pointerdown", () => { this.isDown = true; }, true);
    // A list of the system's own may keep the end of a press to itself.
    within.addEventListener("keydown", () => { this.end(); }, true);
    ["pointerup", "pointercancel"].forEach((event) => {
      window.addEventListener(event, () => { this.end(); });
    });
  }

  after(work: () => void): void {
    if (this.isDown) this.waiting = work;
    else work();
  }

  // The click that follows comes first.
  private end(): void {
    this.isDown = false;
    const { waiting } = this;
    this.waiting = null;
    if (waiting) setTimeout(waiting);
  }
}
