// A layer of the map that is one canvas over the whole view.

import { type Frame, frameOf } from "./frame";
import { contextOf } from "./pen";
import { density, onPaper } from "./screen";

export type Draw = (context: CanvasRenderingContext2D, frame: Frame) => void;

const ROOM = 0.2; // how far a canvas reaches beyond the view, as a share of it

// Where Leaflet's own layers ask what becomes of a corner while the map zooms; its types leave it out.
interface ZoomingMap extends L.Map {
  _latLngToNewLayerPoint(latlng: L.LatLng, zoom: number, center: L.LatLng): L.Point;
}

export class ViewLayer extends L.Layer {
  canvas!: HTMLCanvasElement;
  frame!: Frame;
  private at!: L.Point;
  private corner!: L.LatLng;

  constructor(
    private readonly draw: Draw,
    options: L.LayerOptions,
  ) {
    super(options);
    L.Util.setOptions(this, options);
  }

  override onAdd(): this {
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", this.getPane());
    this.redraw();
    return this;
  }

  override onRemove(): this {
    this.canvas.remove();
    return this;
  }

  override getEvents(): Record<string, L.LeafletEventHandlerFn> {
    const redraw = (): void => {
      this.redraw();
    };
    const follow = (): void => {
      this.follow();
    };
    const animate = (event: L.LeafletEvent): void => {
      this.animate(event as L.ZoomAnimEvent);
    };
    return { move: follow, moveend: redraw, resize: redraw, viewreset: redraw, zoomanim: animate };
  }

  redraw(): void {
    const map = this._map;
    const size = map.getSize();
    const room = onPaper() ? L.point(0, 0) : size.multiplyBy(ROOM).round();
    const full = size.add(room.multiplyBy(2));
    this.at = map.containerPointToLayerPoint(room.multiplyBy(-1)).round();
    this.corner = map.layerPointToLatLng(this.at);
    this.frame = frameOf(map.getZoom(), this.at.add(map.getPixelOrigin()), full, room);
    this.paint(full);
  }

  // While the map is dragged the canvas moves along, until the view comes to its edge.
  private follow(): void {
    const map = this._map;
    if (map.getZoom() !== this.frame.zoom) return;
    const corner = map.containerPointToLayerPoint([0, 0]).subtract(this.at);
    const far = corner.add(map.getSize());
    if (corner.x < 0 || corner.y < 0 || far.x > this.frame.width || far.y > this.frame.height) this.redraw();
  }

  private paint(size: L.Point): void {
    const scale = density();
    L.DomUtil.setPosition(this.canvas, this.at);
    this.canvas.width = Math.round(size.x * scale);
    this.canvas.height = Math.round(size.y * scale);
    this.canvas.style.width = `${size.x}px`;
    this.canvas.style.height = `${size.y}px`;
    const context = contextOf(this.canvas);
    context.scale(scale, scale);
    this.draw(context, this.frame);
  }

  private animate(event: L.ZoomAnimEvent): void {
    const map = this._map as ZoomingMap;
    const corner = map._latLngToNewLayerPoint(this.corner, event.zoom, event.center);
    L.DomUtil.setTransform(this.canvas, corner, map.getZoomScale(event.zoom, this.frame.zoom));
  }
}
