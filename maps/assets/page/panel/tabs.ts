// Parts of the panel of which one is open at a time; the arrow keys go from one to the next.

import { element } from "../core/dom";
import type { Model } from "../core/model";
import type { Tab } from "../core/state";

export function tabList(model: Model, tabs: readonly Tab[]): HTMLElement {
  const buttons = tabs.map((tab) => {
    const isOpen = model.state.tab === tab;
    const node = element(
      "button",
      {
        type: "button", role: "tab", id: `tab-${tab}`, "aria-selected": String(isOpen),
        "aria-controls": `part-${tab}`, tabindex: isOpen ? 0 : -1, "data-tab": tab,
      },
      model.word(`tab_${tab}`),
    );
    node.addEventListener("click", () => {
      model.set({ tab });
    });
    return node;
  });
  const list = element("div", { class: "tabs", role: "tablist", "aria-label": model.word("tabs") }, ...buttons);
  list.addEventListener("keydown", ({ key }) => {
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const next = tabs[(tabs.indexOf(model.state.tab) + step + tabs.length) % tabs.length];
    model.set({ tab: next });
    document.getElementById(`tab-${next}`)?.focus();
  });
  return list;
}

export function tabPart(tab: Tab, ...children: Node[]): HTMLElement {
  return element(
    "section",
    { class: `part part-${tab}`, role: "tabpanel", id: `part-${tab}`, "aria-labelledby": `tab-${tab}` },
    ...children,
  );
}
