// Tracing shapes onto a canvas, and a map layer that is one canvas over the whole view.
(function (lifecircle) {
  "use strict";

  const NEAR = 0.6; // pixels: a vertex closer than this to the last one drawn is left out

  // A frame says where a canvas lies: origin in steps, and pixels a step.
  function frameOf(zoom, originX, originY, width, height) {
    const scale = 2 ** (zoom - lifecircle.WORLD_ZOOM);
    return {
      zoom, scale, width, height,
      west: originX / scale, north: originY / scale,
      east: (originX + width) / scale, south: (originY + height) / scale,
    };
  }

  function touches(set, i, frame, margin) {
    const room = margin / frame.scale;
    const box = set.box;
    return box[4 * i] <= frame.east + room && box[4 * i + 2] >= frame.west - room &&
      box[4 * i + 1] <= frame.south + room && box[4 * i + 3] >= frame.north - room;
  }

  function trace(path, set, i, frame, closed) {
    for (let ring = set.shape[i]; ring < set.shape[i + 1]; ring += 1) {
      const last = set.ring[ring + 1] - 1;
      let px = NaN;
      let py = NaN;
      for (let j = set.ring[ring]; j <= last; j += 1) {
        const x = (set.x[j] - frame.west) * frame.scale;
        const y = (set.y[j] - frame.north) * frame.scale;
        if (j === set.ring[ring]) path.moveTo(x, y);
        else if (j < last && Math.abs(x - px) + Math.abs(y - py) < NEAR) continue;
        else path.lineTo(x, y);
        px = x;
        py = y;
      }
      if (closed) path.closePath();
    }
  }

  function traceAll(path, set, frame, closed, wanted) {
    for (let i = 0; i < set.count; i += 1) {
      if ((!wanted || wanted(i)) && touches(set, i, frame, 30)) trace(path, set, i, frame, closed);
    }
  }

  function inside(set, i, x, y) {
    const box = set.box;
    if (x < box[4 * i] || x > box[4 * i + 2] || y < box[4 * i + 1] || y > box[4 * i + 3]) return false;
    let within = false;
    for (let ring = set.shape[i]; ring < set.shape[i + 1]; ring += 1) {
      const end = set.ring[ring + 1];
      for (let j = set.ring[ring], k = end - 1; j < end; k = j, j += 1) {
        const crosses = set.y[j] > y !== set.y[k] > y;
        if (crosses && x < ((set.x[k] - set.x[j]) * (y - set.y[j])) / (set.y[k] - set.y[j]) + set.x[j]) within = !within;
      }
    }
    return within;
  }

  // Paper needs finer pixels than most screens have; a phone's finest cost more memory than they show.
  function density() {
    const screen = Math.min(2, Math.max(1, window.devicePixelRatio || 1));
    return onPaper() ? 3 : screen;
  }

  const onPaper = () => document.body.classList.contains("sheet-view");

  const ROOM = 0.2; // how far a canvas reaches beyond the view, as a share of it

  const ViewLayer = L.Layer.extend({
    initialize(draw, options) {
      this.draw = draw;
      L.setOptions(this, options);
    },
    onAdd() {
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", this.getPane());
      this.redraw();
    },
    onRemove() {
      this.canvas.remove();
    },
    getEvents() {
      return { move: this.follow, moveend: this.redraw, resize: this.redraw, viewreset: this.redraw, zoomanim: this.animate };
    },
    // While the map is dragged the canvas moves along, until the view comes to its edge.
    follow() {
      const map = this._map;
      if (map.getZoom() !== this.zoom) return;
      const corner = map.containerPointToLayerPoint([0, 0]).subtract(this.at);
      const far = corner.add(map.getSize());
      if (corner.x < 0 || corner.y < 0 || far.x > this.frame.width || far.y > this.frame.height) this.redraw();
    },
    redraw() {
      const map = this._map;
      if (!map) return;
      const size = map.getSize();
      const room = onPaper() ? L.point(0, 0) : size.multiplyBy(ROOM).round();
      const full = size.add(room.multiplyBy(2));
      this.at = map.containerPointToLayerPoint(room.multiplyBy(-1)).round();
      this.corner = map.layerPointToLatLng(this.at);
      this.zoom = map.getZoom();
      const origin = this.at.add(map.getPixelOrigin());
      this.frame = frameOf(this.zoom, origin.x, origin.y, full.x, full.y);
      this.frame.view = [room.x, room.y, room.x + size.x, room.y + size.y];
      this.paint(full);
    },
    paint(full) {
      const scale = density();
      L.DomUtil.setPosition(this.canvas, this.at);
      this.canvas.width = Math.round(full.x * scale);
      this.canvas.height = Math.round(full.y * scale);
      this.canvas.style.width = `${full.x}px`;
      this.canvas.style.height = `${full.y}px`;
      const context = this.canvas.getContext("2d");
      context.scale(scale, scale);
      this.draw(context, this.frame);
    },
    animate(event) {
      const scale = this._map.getZoomScale(event.zoom, this.zoom);
      const corner = this._map._latLngToNewLayerPoint(this.corner, event.zoom, event.center);
      L.DomUtil.setTransform(this.canvas, corner, scale);
    },
  });

  Object.assign(lifecircle, { frameOf, touches, trace, traceAll, inside, onPaper, ViewLayer });
})(window.lifecircle);
