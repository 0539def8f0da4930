// The symbols of places: how large they are, drawn on the map and in the page.

import type { Kind, SymbolStyle } from "../core/content";
import { drawn } from "../core/dom";
import type { Model } from "../core/model";
import { circle, contextOf } from "./pen";
import { density, onPaper } from "./screen";

const BOX = 24; // the side of the box in which symbols are given
const TIER_SCALE = [1.3, 1.12, 0.98, 0.88];
const LEAST: Partial<Record<Kind, number>> = { chosen: 24, station: 14 }; // pixels, however far away
const WHITE = "#ffffff";
const BROKEN = [3.2, 2.4];

const paths = new Map<string, Path2D>();

// The higher the tier, the larger; what a map is about stays readable from afar.
export function symbolSize({ facilities, style }: Model, i: number, zoom: number): number {
  const kind = facilities.kind[i];
  const rank = facilities.rank[i];
  const tier = rank < 0 ? 1 : TIER_SCALE[Math.min(rank, TIER_SCALE.length - 1)];
  const size = style.symbols[kind].size * scaleAt(zoom) * tier;
  return Math.max(size, (LEAST[kind] ?? 0) * (kind === "station" ? tier : 1));
}

function scaleAt(zoom: number): number {
  return Math.min(1, Math.max(0.5, 0.5 + (zoom - 12) * 0.125));
}

export function dotRadius(zoom: number): number {
  return Math.min(3.2, Math.max(1.6, 1.6 + (zoom - 11) * 0.5));
}

interface Look {
  readonly hollow: boolean;
  readonly broken: boolean;
  // The colour around the symbol that is selected.
  readonly accent: string | null;
  readonly halo: string;
}

export function drawSymbol(
  context: CanvasRenderingContext2D,
  symbol: SymbolStyle,
  { x, y, size }: { readonly x: number; readonly y: number; readonly size: number },
  { hollow, broken, accent, halo }: Look,
): void {
  context.save();
  context.translate(x - size / 2, y - size / 2);
  context.scale(size / BOX, size / BOX);
  context.lineJoin = "round";
  const outline = pathOf(symbol.outline);
  context.strokeStyle = accent ?? halo;
  context.lineWidth = ((accent ? 7 : 3.2) * BOX) / Math.max(size, 16);
  context.stroke(outline);
  context.fillStyle = hollow ? halo : symbol.colour;
  context.fill(outline);
  if (hollow) {
    context.strokeStyle = symbol.colour;
    context.lineWidth = 2.4;
    context.setLineDash(broken ? BROKEN : []);
    context.stroke(outline);
    context.setLineDash([]);
  }
  context.fillStyle = hollow ? symbol.colour : halo;
  context.fill(pathOf(symbol.glyph), "evenodd");
  context.restore();
}

function pathOf(data: string): Path2D {
  const path = paths.get(data) ?? new Path2D(data);
  paths.set(data, path);
  return path;
}

const dots = new Map<string, HTMLCanvasElement>();

// Thousands of dots are copies of one: to draw each anew would take ten times as long.
export function drawDots(
  context: CanvasRenderingContext2D,
  colour: string,
  places: readonly { readonly x: number; readonly y: number; readonly size: number }[],
  halo: string,
): void {
  if (onPaper() || !places.length) {
    places.forEach((place) => {
      drawDot(context, colour, place, halo);
    });
    return;
  }
  const { size } = places[0];
  const side = Math.ceil(size) + 3;
  const sheet = dotOf(colour, size, side, halo);
  // On whole pixels it is copied and not worked out anew.
  const whole = (at: number): number => Math.round((at - side / 2) * density()) / density();
  places.forEach(({ x, y }) => {
    context.drawImage(sheet, whole(x), whole(y), side, side);
  });
}

function dotOf(colour: string, size: number, side: number, halo: string): HTMLCanvasElement {
  const key = [colour, size, density(), halo].join();
  const known = dots.get(key);
  if (known) return known;
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = Math.round(side * density());
  const context = contextOf(sheet);
  context.scale(sheet.width / side, sheet.width / side);
  drawDot(context, colour, { x: side / 2, y: side / 2, size }, halo);
  dots.set(key, sheet);
  return sheet;
}

function drawDot(
  context: CanvasRenderingContext2D,
  colour: string,
  { x, y, size }: { readonly x: number; readonly y: number; readonly size: number },
  halo: string,
): void {
  circle(context, x, y, size / 2);
  context.fillStyle = colour;
  context.fill();
  context.strokeStyle = halo;
  context.lineWidth = 1;
  context.stroke();
}

export function symbolIcon(symbol: SymbolStyle, size: number, hollow = false, broken = false): SVGElement {
  const { colour } = symbol;
  const dash = broken ? BROKEN.join(" ") : "none";
  const shape = (d: string, fill: string, edge: string): SVGElement =>
    drawn("path", { d, fill, stroke: edge, "fill-rule": "evenodd", "stroke-width": 2.2, "stroke-dasharray": dash });
  return drawn(
    "svg",
    { viewBox: "-1.5 -1.5 27 27", width: size, height: size, "aria-hidden": "true" },
    shape(symbol.outline, hollow ? WHITE : colour, hollow ? colour : "none"),
    shape(symbol.glyph, hollow ? colour : WHITE, "none"),
  );
}
