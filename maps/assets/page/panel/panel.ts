// The panel: title, headline, one control for each choice, legend, largest gaps, search.

import { choiceControls } from "./choices";
import { comparePart } from "./compare";
import { type Child, button, element, keepingFocus, nameButton, sentence } from "../core/dom";
import type { Streets } from "../draw/basemap";
import { filterPart } from "./filters";
import { type FinderActions, finder } from "./finder";
import { GapTable } from "./gap_table";
import { legend } from "./legend";
import type { Model } from "../core/model";
import { headlineFor } from "../core/said";
import { overview, partsLine } from "./overview";
import { planNodes } from "./plan";
import { QuestionForm } from "../question/form";
import { type Changed, type Tab, hasOverview, isOtherChoice, isOtherComparison } from "../core/state";
import { tabList, tabPart } from "./tabs";
import { WeekPart } from "./week";

export interface PanelActions extends FinderActions {
  readonly sheet: (open: boolean) => void;
  readonly picture: () => void;
  // Asks what is reached from the middle of the map; null where the map carries no streets.
  readonly centre: (() => void) | null;
  // The panel covers less of the map than before, or more.
  readonly uncovered: () => void;
}

export class Panel {
  readonly root = element("aside", { class: "panel", id: "panel" });
  private readonly headline = element("p", { class: "headline", "aria-live": "polite" });
  private readonly parts = element("div", { class: "parts-line" });
  private readonly controls = element("div", { class: "controls" });
  private readonly tabBox = element("div");
  private readonly partBox = element("div", { class: "parts-box" });
  private readonly overviewBox = element("div");
  private readonly planBox = element("section", { class: "plan" });
  private readonly compareBox = element("section", { class: "compare" });
  private readonly legendBox = element("section", { class: "legend" });
  private readonly filterBox = element("section", { class: "filters" });
  private readonly gapTable: GapTable;
  private readonly week: WeekPart;
  private readonly foldButton: HTMLButtonElement;
  private readonly question: QuestionForm;

  constructor(
    private readonly model: Model,
    private readonly map: L.Map,
    private readonly streets: Streets,
    private readonly actions: PanelActions,
  ) {
    this.gapTable = new GapTable(model, actions.showGrid);
    this.week = new WeekPart(model);
    this.question = new QuestionForm(model);
    this.foldButton = button({ class: "fold" }, () => {
      this.fold();
    });
    document.body.append(this.root);
    this.build();
    L.DomEvent.disableClickPropagation(this.root);
    model.onChange((changed) => {
      this.update(changed);
    });
    map.on("zoomend", () => {
      this.drawLegend();
    });
  }

  private build(): void {
    const { model } = this;
    const title = element("h1", {}, model.content.title);
    this.legendBox.setAttribute("aria-label", model.word("layers"));
    this.root.replaceChildren(
      element("header", { class: "head" }, title, this.foldButton),
      this.headline,
      element("p", { class: "beside" }, model.content.beside && model.say(model.content.beside)),
      element(
        "div",
        { class: "more" },
        this.parts,
        this.controls,
        finder(model, this.streets, this.actions),
        this.tabBox,
        this.partBox,
        this.question.root,
        this.foot(),
      ),
    );
    this.drawControls();
    this.drawChoice();
    this.drawTab();
    this.label();
  }

  // Only parts in which there is something.
  private tabs(): readonly Tab[] {
    const { content, gapsByChoice } = this.model;
    const all: readonly Tab[] = ["overview", "layers", "gaps"];
    return all.filter((tab) => tab === "layers" || (tab === "overview" ? hasOverview(content) : gapsByChoice.size > 0));
  }

  private drawTab(): void {
    const { model } = this;
    const tabs = this.tabs();
    keepingFocus(this.tabBox, "data-tab", () => {
      this.tabBox.replaceChildren(...(tabs.length > 1 ? [tabList(model, tabs)] : []));
    });
    const parts: Record<Tab, () => Node[]> = {
      overview: () => [this.overviewBox],
      layers: () => [
        ...[this.hint()].filter((each) => each instanceof Node),
        this.planBox, this.legendBox, this.week.root, this.compareBox, this.filterBox,
      ],
      gaps: () => [this.gapTable.root],
    };
    const { tab } = model.state;
    this.partBox.replaceChildren(tabPart(tab, ...parts[tab]()));
  }

  private fold(): void {
    document.body.classList.toggle("folded");
    this.label();
    this.actions.uncovered();
  }

  private label(): void {
    const folded = document.body.classList.contains("folded");
    nameButton(this.foldButton, this.model.word(folded ? "unfold" : "fold"));
    this.foldButton.setAttribute("aria-expanded", String(!folded));
  }

  private update(changed: Changed): void {
    if (changed.has("language")) {
      this.build();
      return;
    }
    if (changed.has("tab")) this.drawTab();
    if (isOtherChoice(changed) || changed.has("kind")) {
      this.drawControls();
      this.drawChoice();
    } else if (changed.has("layers") || changed.has("filters") || changed.has("hour") || isOtherComparison(changed)) {
      this.drawLegend();
    }
  }

  private drawChoice(): void {
    const { template, values } = headlineFor(this.model);
    this.headline.replaceChildren(sentence(template, values, ["share", "left"]));
    this.planBox.replaceChildren(...planNodes(this.model));
    this.parts.replaceChildren(...partsLine(this.model));
    keepingFocus(this.overviewBox, "data-score", () => {
      this.overviewBox.replaceChildren(...overview(this.model, this.actions));
    });
    this.drawLegend();
    this.gapTable.draw();
  }

  private drawControls(): void {
    keepingFocus(this.controls, "data-control", () => {
      this.controls.replaceChildren(...choiceControls(this.model));
    });
  }

  private drawLegend(): void {
    const { model } = this;
    const draw = (box: HTMLElement, mark: string, nodes: () => Node[]): void => {
      keepingFocus(box, mark, () => {
        box.replaceChildren(...nodes());
      });
    };
    draw(this.legendBox, "data-layer", () => legend(model, this.map.getZoom(), false));
    this.week.draw();
    draw(this.compareBox, "data-control", () => comparePart(model));
    draw(this.filterBox, "data-control", () => filterPart(model));
  }

  // How to ask the map; the button is for those who have no pointer.
  private hint(): Child {
    const { centre } = this.actions;
    if (!centre) return null;
    const words = element("p", {}, this.model.word("here_hint"));
    return element("section", { class: "hint" }, words, button({}, centre, this.model.word("here_centre")));
  }

  private foot(): HTMLElement {
    const { model, actions } = this;
    const other = model.state.language === "zh" ? "en" : "zh";
    const speak = (): void => {
      model.set({ language: other });
    };
    const openSheet = (): void => {
      actions.sheet(true);
    };
    return element(
      "footer",
      { class: "foot" },
      ...model.content.notes.map((note) => element("p", { class: "note" }, model.say(note))),
      element(
        "div",
        { class: "buttons" },
        button({ class: "language", lang: other }, speak, model.word("language")),
        button({ class: "to-sheet" }, openSheet, model.word("sheet")),
        button({ class: "to-png" }, actions.picture, model.word("picture")),
      ),
    );
  }
}
