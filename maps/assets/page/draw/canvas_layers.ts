// The two canvases of a map, and how they are drawn.

import type { Draw, ViewLayer } from "./view_layer";

export interface CanvasLayers {
  readonly below: ViewLayer;
  readonly above: ViewLayer;
  // How they are drawn, for a second map.
  readonly drawn: { readonly below: Draw; readonly above: Draw };
}
