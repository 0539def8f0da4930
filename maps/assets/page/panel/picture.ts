// The view as a PNG: what the canvases show, under the title and the headline, above the source and the scale.

import type { CanvasLayers } from "../draw/canvas_layers";
import type { Model } from "../core/model";
import { headlineFor } from "../core/said";
import { saveBlob } from "../core/save";
import { fill } from "../core/words";
import { contextOf } from "../draw/pen";
import { lengthOf, metresOf } from "./scale";

const MARGIN = 16;
const TITLE = 18;
const TEXT = 14;
const SMALL = 11;

export function pictureOf(map: L.Map, model: Model, { below, above }: CanvasLayers): HTMLCanvasElement {
  const size = map.getSize();
  const ratio = below.canvas.width / below.frame.width;
  const sheet = document.createElement("canvas");
  const measure = contextOf(sheet);
  const family = getComputedStyle(document.body).fontFamily;
  const { template, values } = headlineFor(model);
  measure.font = `${String(TEXT)}px ${family}`;
  const lines = wrapped(measure, fill(template, values), size.x - 2 * MARGIN);
  const head = MARGIN + TITLE + 8 + lines.length * (TEXT + 6) + 6;
  const foot = SMALL + 2 * 8;
  sheet.width = Math.round(size.x * ratio);
  sheet.height = Math.round((head + size.y + foot) * ratio);
  const context = contextOf(sheet);
  context.scale(ratio, ratio);
  context.fillStyle = model.style.halo;
  context.fillRect(0, 0, size.x, head + size.y + foot);
  context.fillStyle = model.style.land;
  context.fillRect(0, head, size.x, size.y);
  for (const { canvas, frame } of [below, above]) {
    const [west, north] = frame.view;
    context.drawImage(canvas, west * ratio, north * ratio, size.x * ratio, size.y * ratio, 0, head, size.x, size.y);
  }
  context.textBaseline = "top";
  context.fillStyle = model.style.ink;
  context.font = `600 ${String(TITLE)}px ${family}`;
  context.fillText(model.content.title, MARGIN, MARGIN);
  context.font = `${String(TEXT)}px ${family}`;
  lines.forEach((line, k) => {
    context.fillText(line, MARGIN, MARGIN + TITLE + 8 + k * (TEXT + 6));
  });
  drawScale(context, map, model, head + size.y);
  context.font = `${String(SMALL)}px ${family}`;
  context.fillStyle = model.style.quietInk;
  context.fillText(marginOf(model), MARGIN, head + size.y + 8, size.x - 2 * MARGIN);
  return sheet;
}

export function savePicture(map: L.Map, model: Model, layers: CanvasLayers): void {
  pictureOf(map, model, layers).toBlob((blob) => {
    if (blob) saveBlob(`${model.content.title}.png`, blob);
  }, "image/png");
}

function drawScale(context: CanvasRenderingContext2D, map: L.Map, model: Model, bottom: number): void {
  const { metres, pixels } = metresOf(map, 120);
  const right = map.getSize().x - MARGIN;
  context.fillStyle = "rgba(255, 255, 255, 0.75)";
  context.fillRect(right - pixels - 8, bottom - 34, pixels + 16, 28);
  context.strokeStyle = model.style.ink;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(right - pixels, bottom - 16);
  context.lineTo(right - pixels, bottom - 10);
  context.lineTo(right, bottom - 10);
  context.lineTo(right, bottom - 16);
  context.stroke();
  context.fillStyle = model.style.ink;
  context.font = `${String(SMALL)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  context.fillText(lengthOf(metres), right - pixels / 2, bottom - 29);
  context.textAlign = "left";
}

function marginOf(model: Model): string {
  const { review, run, date, unit } = model.content.sheet;
  const said = [
    review ? `${model.word("review")} ${review}` : model.word("internal"),
    unit,
    date ?? "",
    run ? `${model.word("run")} ${run}` : "",
    model.content.attributions.join("; "),
    model.word("coordinates"),
  ];
  return said.filter(Boolean).join(" · ");
}

// Lines of a text that are not wider than there is room; Chinese may be parted anywhere.
export function wrapped(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const pieces = text.match(/[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/g) ?? [];
  const lines: string[] = [];
  let line = "";
  pieces.forEach((piece) => {
    const isClosing = /^[，。；：、）！？]$/.test(piece);
    if (line && !isClosing && context.measureText(line + piece).width > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  });
  return line ? [...lines, line] : lines;
}
