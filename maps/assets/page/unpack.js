// Reads the packed data of a map: see maps/packing.py for the layout.
window.lifecircle = {};

(function (lifecircle) {
  "use strict";

  const WORLD_ZOOM = 19; // one step of a position is a pixel at this zoom

  async function unzip(text) {
    const letters = atob(text.trim());
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  function varints(bytes, count) {
    const values = new Int32Array(count);
    let at = 0;
    for (let i = 0; i < count; i += 1) {
      let value = 0;
      let shift = 0;
      let byte;
      do {
        byte = bytes[at];
        at += 1;
        value |= (byte & 127) << shift;
        shift += 7;
      } while (byte & 128);
      values[i] = (value >>> 1) ^ -(value & 1);
    }
    return values;
  }

  function starts(counts) {
    const out = new Int32Array(counts.length + 1);
    for (let i = 0; i < counts.length; i += 1) out[i + 1] = out[i] + counts[i];
    return out;
  }

  function boxes(set) {
    const box = new Int32Array(4 * set.count);
    for (let i = 0; i < set.count; i += 1) {
      let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
      for (let j = set.ring[set.shape[i]]; j < set.ring[set.shape[i + 1]]; j += 1) {
        west = Math.min(west, set.x[j]);
        east = Math.max(east, set.x[j]);
        north = Math.min(north, set.y[j]);
        south = Math.max(south, set.y[j]);
      }
      box.set([west, north, east, south], 4 * i);
    }
    return box;
  }

  class Pack {
    constructor(buffer) {
      const size = new DataView(buffer).getUint32(0, true);
      const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
      this.content = header.content;
      this.sections = header.sections;
      this.buffer = buffer;
      this.start = 4 + size;
    }

    numbers(name) {
      const [kind, offset, count] = this.sections[name];
      if (kind === "float") return new Float32Array(this.buffer, this.start + offset, count);
      return varints(new Uint8Array(this.buffer, this.start + offset), kind === "delta" ? 2 * count : count);
    }

    positions(name) {
      const steps = this.numbers(name);
      const count = steps.length / 2;
      const x = new Int32Array(count);
      const y = new Int32Array(count);
      for (let i = 0; i < count; i += 1) {
        x[i] = steps[2 * i] + (i ? x[i - 1] : 0);
        y[i] = steps[2 * i + 1] + (i ? y[i - 1] : 0);
      }
      return { x, y, count };
    }

    shapes(name) {
      const { x, y } = this.positions(`${name}.at`);
      const shape = starts(this.numbers(`${name}.shape`));
      const set = { x, y, ring: starts(this.numbers(`${name}.ring`)), shape, count: shape.length - 1 };
      set.box = boxes(set);
      return set;
    }
  }

  lifecircle.open = async (text) => new Pack(await unzip(text));
  lifecircle.WORLD_ZOOM = WORLD_ZOOM;
  lifecircle.toLatLng = (x, y) => L.CRS.EPSG3857.pointToLatLng(L.point(x, y), WORLD_ZOOM);
})(window.lifecircle);
