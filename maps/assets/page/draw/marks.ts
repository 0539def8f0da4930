// Symbols, circles and names: what stands above the surfaces, placed so that nothing covers another.

import type { Basemap } from "./basemap";
import { drawDemand, drawGaps } from "./circles";
import type { Kind } from "../core/content";
import { eachCase } from "./coverage";
import { drawFigures, placeFigures } from "./figures";
import { type Frame, isOutside, pixelOf } from "./frame";
import { Lettering } from "./lettering";
import type { Model, Standing } from "../core/model";
import { type Candidate, placeSymbols, spotsBeside } from "./placing";
import { nameStreets } from "./street_names";
import { dotRadius, drawDots, drawSymbol, symbolSize } from "./symbols";
import { shortened } from "../core/words";

const LEADING_ZOOM = 15; // kinds that are named this far out are placed before the rest
const FONT_SIZE = 12;
const LONGEST_NAME = 26;
const MARGIN = 30; // pixels beyond the canvas within which a symbol may still be seen

// A place as it was drawn: a symbol, or a dot where there was no room for one.
interface Hit extends Candidate {
  readonly isDot: boolean;
}

interface Placed {
  readonly symbols: Candidate[];
  readonly dots: Hit[];
}

export class Marks {
  // What was drawn last, in the order in which it was drawn.
  hits: readonly Hit[] = [];
  private readonly order: readonly number[];

  constructor(
    private readonly model: Model,
    private readonly base: Basemap,
  ) {
    this.order = drawingOrder(model);
  }

  // Numbers of people left out have room before the lesser symbols, and street names take what is left.
  draw(context: CanvasRenderingContext2D, frame: Frame): void {
    const { model } = this;
    drawDemand(model, context, frame);
    this.hits = [];
    eachCase(model, context, frame, () => {
      this.drawOne(context, frame);
    });
  }

  private drawOne(context: CanvasRenderingContext2D, frame: Frame): void {
    const { model } = this;
    const lettering = new Lettering(context, frame, model.style);
    const leading = this.place(lettering, (kind) => this.isLeading(kind));
    const figures = placeFigures(model, lettering);
    const others = this.place(lettering, (kind) => !this.isLeading(kind));
    const symbols = [...leading.symbols, ...others.symbols];
    const drawnLast = [...symbols].reverse().map((each) => ({ ...each, isDot: false }));
    const hits = [...leading.dots, ...others.dots, ...drawnLast];
    this.hits = [...this.hits, ...hits];
    drawGaps(model, figures.circles, context, frame);
    this.drawSymbols(context, hits);
    drawFigures(lettering, figures);
    this.writeNames(lettering, symbols);
    nameStreets(lettering, this.base.streets);
  }

  // The place under a point of the canvas, the topmost first; -1 where there is none.
  find(x: number, y: number, slack: number): number {
    for (let k = this.hits.length - 1; k >= 0; k -= 1) {
      const hit = this.hits[k];
      if (Math.hypot(hit.x - x, hit.y - y) <= hit.size / 2 + slack) return hit.i;
    }
    return -1;
  }

  private isLeading(kind: Kind): boolean {
    return this.model.style.symbols[kind].names_from_zoom <= LEADING_ZOOM;
  }

  private place({ frame, taken }: Lettering, isWanted: (kind: Kind) => boolean): Placed {
    const { model } = this;
    const candidates = this.order.flatMap((i) => {
      if (!isWanted(model.facilities.kind[i]) || !model.facilityShown(i)) return [];
      const at = pixelOf(model.points, i, frame);
      return isOutside(at, frame, MARGIN) ? [] : [{ i, x: at[0], y: at[1], size: symbolSize(model, i, frame.zoom) }];
    });
    const { placed, crowded } = placeSymbols(candidates, model.state.selected, taken);
    const size = 2 * dotRadius(frame.zoom);
    return { symbols: placed, dots: crowded.map((each) => ({ ...each, size, isDot: true })) };
  }

  private drawSymbols(context: CanvasRenderingContext2D, hits: readonly Hit[]): void {
    const { symbols, halo, accent } = this.model.style;
    const { kind } = this.model.facilities;
    const dots = hits.filter(({ isDot }) => isDot);
    Object.keys(symbols).forEach((each) => {
      drawDots(context, symbols[each].colour, dots.filter(({ i }) => kind[i] === each), halo);
    });
    hits.filter(({ isDot }) => !isDot).forEach((hit) => {
      const ring = hit.i === this.model.state.selected ? accent : null;
      drawSymbol(context, symbols[kind[hit.i]], hit, { ...lookOf(this.standing(hit.i)), accent: ring, halo });
    });
  }

  // How a place stands in the case shown; a site of a plan that is not shown is not there.
  private standing(i: number): Standing {
    const { facilities, content, state } = this.model;
    if (facilities.kind[i] === "chosen" && state.case === content.siting?.before) return "absent";
    return this.model.standing(i);
  }

  private writeNames(lettering: Lettering, symbols: readonly Candidate[]): void {
    const { facilities, state, style } = this.model;
    symbols.forEach((symbol) => {
      const kind = facilities.kind[symbol.i];
      const name = facilities.name[symbol.i];
      const isSelected = symbol.i === state.selected;
      if (!name || (lettering.frame.zoom < style.symbols[kind].names_from_zoom && !isSelected)) return;
      lettering.setFont(FONT_SIZE, isSelected || this.isLeading(kind));
      writeBeside(lettering, symbol, shortened(name, LONGEST_NAME), style.symbols[kind].colour);
    });
  }
}

// The larger symbol first, and among equals those with a name.
function drawingOrder({ facilities, style }: Model): number[] {
  const { kind, rank, name } = facilities;
  const bySize = Object.keys(style.symbols).sort((a, b) => style.symbols[b].size - style.symbols[a].size);
  const place = (i: number): number => bySize.indexOf(kind[i]) * 100 + (rank[i] < 0 ? 50 : rank[i]);
  const nameless = (i: number): number => (name[i] ? 0 : 1);
  return [...kind.keys()].sort((a, b) => place(a) - place(b) || nameless(a) - nameless(b) || a - b);
}

// Filled where it is open, an outline where it is not, a broken one where it is not there at all.
export function lookOf(standing: Standing): { readonly hollow: boolean; readonly broken: boolean } {
  return { hollow: standing !== "open", broken: standing === "absent" };
}

function writeBeside(lettering: Lettering, { x, y, size }: Candidate, text: string, colour: string): void {
  const spot = spotsBeside(x, y, size, lettering.widthOf(text)).find(({ box }) => lettering.hasRoom(box));
  if (!spot) return;
  lettering.taken.add(spot.box);
  lettering.write(text, spot.x, spot.y, colour, spot.align);
}
