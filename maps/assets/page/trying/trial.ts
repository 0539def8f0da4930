// Puts the desk together with its pins, its layer on the map and its dock.

import type { Model } from "../core/model";
import type { Pack } from "../core/unpack";
import type { ViewLayer } from "../draw/view_layer";
import type { Answers } from "../streets/answers";
import { Desk } from "./desk";
import { Dock } from "./dock";
import { Gain } from "./best";
import { addTryingLayer } from "./layer";
import { Pins } from "./pins";

export interface Trial {
  readonly desk: Desk;
  readonly gain: Gain;
  readonly layer: ViewLayer;
}

export function startTrial(map: L.Map, model: Model, answers: Answers, pack: Pack): Trial {
  const desk = new Desk(model, answers, pack);
  const gain = new Gain(desk, pack);
  new Pins(map, desk);
  new Dock(map, desk, gain);
  return { desk, gain, layer: addTryingLayer(map, desk, gain) };
}
