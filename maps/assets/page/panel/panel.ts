// The panel: title, headline, one control for each choice, legend, largest gaps, search.

import { choiceControls } from "./choices";
import { type Child, button, element, keepingFocus, nameButton, sentence } from "../core/dom";
import { finder } from "./finder";
import { legend } from "./legend";
import type { Model } from "../core/model";
import { planNodes } from "./plan";
import { QuestionForm } from "./question";
import { type Changed, isOtherChoice } from "../core/state";
import { count } from "../core/words";

const LISTED = 5;

export interface PanelActions {
  readonly showGrid: (grid: number) => void;
  readonly showFacility: (facility: number) => void;
  readonly sheet: (open: boolean) => void;
  // Asks what is reached from the middle of the map; null where the map carries no streets.
  readonly centre: (() => void) | null;
  // The panel covers less of the map than before, or more.
  readonly uncovered: () => void;
}

export class Panel {
  readonly root = element("aside", { class: "panel", id: "panel" });
  private readonly headline = element("p", { class: "headline", "aria-live": "polite" });
  private readonly controls = element("div", { class: "controls" });
  private readonly planBox = element("section", { class: "plan" });
  private readonly legendBox = element("section", { class: "legend" });
  private readonly gapBox = element("section", { class: "gap-list" });
  private readonly foldButton: HTMLButtonElement;
  private readonly question: QuestionForm;

  constructor(
    private readonly model: Model,
    private readonly map: L.Map,
    private readonly actions: PanelActions,
  ) {
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
        this.controls,
        this.hint(),
        this.planBox,
        this.legendBox,
        this.gapBox,
        this.question.root,
        finder(model, this.actions.showFacility),
        this.foot(),
      ),
    );
    this.drawControls();
    this.drawChoice();
    this.label();
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
    if (changed.has("language")) this.build();
    else if (isOtherChoice(changed) || changed.has("kind")) {
      this.drawControls();
      this.drawChoice();
    } else if (changed.has("layers")) this.drawLegend();
  }

  private drawChoice(): void {
    const { template, values } = this.model.headline();
    this.headline.replaceChildren(sentence(template, values, ["share", "left"]));
    this.planBox.replaceChildren(...planNodes(this.model));
    this.drawLegend();
    this.drawGaps();
  }

  private drawControls(): void {
    keepingFocus(this.controls, "data-control", () => {
      this.controls.replaceChildren(...choiceControls(this.model));
    });
  }

  private drawLegend(): void {
    keepingFocus(this.legendBox, "data-layer", () => {
      this.legendBox.replaceChildren(...legend(this.model, this.map.getZoom(), false));
    });
  }

  private drawGaps(): void {
    const { model, actions } = this;
    const items = model.gaps().slice(0, LISTED).map(({ grid, people, cause }) => {
      const place = element("span", {}, model.grids.name[grid], cause && element("small", {}, model.say(cause)));
      const show = (): void => {
        actions.showGrid(grid);
      };
      return element("li", {}, button({}, show, element("b", {}, count(people)), place));
    });
    const list = [element("h2", {}, model.word("largest_gaps")), element("ol", {}, ...items)];
    this.gapBox.replaceChildren(...(items.length ? list : []));
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
      ),
    );
  }
}
