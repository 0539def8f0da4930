// The place that is asked about: its answer, its card, and what the map draws of it.

import { rounded } from "../core/draft";
import type { Model } from "../core/model";
import { inside } from "../core/shapes";
import { type HereDrawing, hereDrawing } from "../draw/here";
import { toSteps } from "../draw/latlng";
import type { Answers, Here } from "../streets/answers";
import type { LonLat } from "../streets/path";
import { milliseconds } from "../streets/search";
import type { Cards } from "./cards";
import { hereCard } from "./here";
import type { Desk } from "../trying/desk";
import { button } from "../core/dom";


export class Asking {
  drawing: HereDrawing | null = null;

  constructor(
    map: L.Map,
    private readonly model: Model,
    private readonly answers: Answers | null,
    private readonly cards: Cards,
    private readonly desk: Desk | null,
  ) {
    model.onChange((changed) => {
      if (changed.has("here") && !model.state.here) this.drawing = null;
    });
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === map.getContainer()) this.ask(map.getCenter());
    });
  }

  get isPossible(): boolean {
    return this.answers !== null;
  }

  ask({ lng, lat }: L.LatLng): void {
    if (!this.answers) return;
    const here: LonLat = [rounded(lng), rounded(lat)];
    const grid = gridAt(this.model, L.latLng(here[1], here[0]));
    const actions = {
      facility: (facility: number): void => {
        this.cards.openFacility(facility);
      },
      grid: (polygon: number): void => {
        this.cards.openGrid(polygon);
      },
      opening: () => this.opening(here),
    };
    // Answered before the card opens, which makes the map draw the answer.
    let answer = this.answer(here);
    let shown = this.model.state.case;
    this.cards.openHere(here, () => {
      // Another language asks for another card, another case for another answer.
      if (shown !== this.model.state.case) answer = this.answer(here);
      shown = this.model.state.case;
      return hereCard(this.model, answer, grid, actions);
    });
  }

  // The step from asking to trying.
  private opening(here: LonLat): HTMLElement | null {
    const { desk, model } = this;
    if (!desk?.openable().length) return null;
    const press = (): void => {
      this.cards.close();
      desk.open(here);
    };
    return button({ class: "try-here" }, press, model.word("try_here"));
  }

  private answer(at: LonLat): Here | null {
    const { model, answers } = this;
    if (!answers) return null;
    const { minutes } = model.content;
    const here = answers.here(at, model.state.case, minutes, (point) => model.peopleAt(point));
    const { streets, search } = answers.router(model.state.case);
    const limits = minutes.map(milliseconds);
    this.drawing = here && hereDrawing(here, at, streets, search, limits);
    return here;
  }
}

export function gridAt(model: Model, at: L.LatLng): number {
  const { x, y } = toSteps(at);
  const { set, kind } = model.grids;
  return kind.findIndex((each, i) => each === model.state.kind && inside(set, i, x, y));
}
