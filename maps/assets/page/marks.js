// Symbols, circles and names: what stands above the surfaces, placed so that nothing covers another.
(function (lifecircle) {
  "use strict";

  const CELL = 48;
  const KIND_ORDER = ["chosen", "station", "centre", "facility", "merchant", "rejected"];
  const LEADING = ["chosen", "station", "centre"];
  const NAMES_FROM = { station: 14, centre: 15, merchant: 17, facility: 17, chosen: 11, rejected: 18 };
  const TIER_SCALE = [1.3, 1.12, 0.98, 0.88];
  const SMALLEST_SYMBOL = 10;
  const SMALLEST_NUMBERED = 13;

  // Places that are taken, in cells so that asking stays quick however many there are.
  class Taken {
    constructor() {
      this.cells = new Map();
    }
    free(box) {
      return !this.near(box, (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
    }
    add(box) {
      this.each(box, (key) => {
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push(box);
      });
    }
    near(box, test) {
      let found = false;
      this.each(box, (key) => { found = found || (this.cells.get(key) || []).some(test); });
      return found;
    }
    each(box, visit) {
      for (let x = Math.floor(box[0] / CELL); x <= Math.floor(box[2] / CELL); x += 1) {
        for (let y = Math.floor(box[1] / CELL); y <= Math.floor(box[3] / CELL); y += 1) visit(`${x},${y}`);
      }
    }
  }

  const around = (x, y, radius) => [x - radius, y - radius, x + radius, y + radius];

  function symbolScale(zoom) {
    return Math.min(1, Math.max(0.5, 0.5 + (zoom - 12) * 0.125));
  }

  function symbolSize(model, i, zoom) {
    const kind = model.facilities.kind[i];
    const rank = model.facilities.rank[i];
    const tier = rank < 0 ? 1 : TIER_SCALE[Math.min(rank, TIER_SCALE.length - 1)];
    const size = model.style.symbols[kind].size * symbolScale(zoom) * tier;
    if (kind === "chosen") return Math.max(size, 24);
    return kind === "station" ? Math.max(size, 14 * tier) : size;
  }

  const paths = new Map();
  function pathOf(data) {
    if (!paths.has(data)) paths.set(data, new Path2D(data));
    return paths.get(data);
  }

  function drawSymbol(context, symbol, x, y, size, options) {
    const { hollow, accent, halo } = options;
    context.save();
    context.translate(x - size / 2, y - size / 2);
    context.scale(size / 24, size / 24);
    context.lineJoin = "round";
    const outline = pathOf(symbol.outline);
    context.strokeStyle = accent || halo;
    context.lineWidth = ((accent ? 7 : 3.2) * 24) / Math.max(size, 16);
    context.stroke(outline);
    context.fillStyle = hollow ? halo : symbol.colour;
    context.fill(outline);
    if (hollow) {
      context.strokeStyle = symbol.colour;
      context.lineWidth = 2.4;
      context.stroke(outline);
    }
    context.fillStyle = hollow ? symbol.colour : halo;
    context.fill(pathOf(symbol.glyph), "evenodd");
    context.restore();
  }

  function drawDot(context, colour, x, y, radius, halo) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = halo;
    context.lineWidth = 1;
    context.stroke();
  }

  // The area of a circle goes with the people left out.
  function gapRadius(people, model, zoom) {
    const cell = model.usualWidth() * 2 ** (zoom - lifecircle.WORLD_ZOOM);
    const largest = Math.min(28, Math.max(2.5, cell / 2));
    return Math.max(0.8, largest * Math.sqrt(people / model.mostLeftOut));
  }

  const dotRadius = (zoom) => Math.min(3.2, Math.max(1.6, 1.6 + (zoom - 11) * 0.5));

  class Marks {
    constructor(model, base) {
      this.model = model;
      this.base = base;
      this.hits = [];
      this.order = this.drawingOrder();
    }

    drawingOrder() {
      const { kind, rank, name } = this.model.facilities;
      const place = (i) => KIND_ORDER.indexOf(kind[i]) * 100 + (rank[i] < 0 ? 50 : rank[i]);
      return kind.map((_, i) => i).sort((a, b) => place(a) - place(b) || (name[a] ? 0 : 1) - (name[b] ? 0 : 1) || a - b);
    }

    draw(context, frame) {
      this.context = context;
      this.frame = frame;
      this.taken = new Taken();
      this.covered = this.coveredPlaces();
      this.hits = [];
      this.circles = [];
      this.dots = [];
      context.font = `12px ${this.fonts()}`;
      this.drawDemand();
      this.drawGaps();
      const leading = this.placeSymbols((kind) => LEADING.includes(kind));
      const numbers = this.placeNumbers();
      const others = this.placeSymbols((kind) => !LEADING.includes(kind));
      this.hits = [...this.dots, ...[...leading, ...others].reverse()];
      this.drawSymbols();
      numbers.forEach(([text, x, y]) => {
        context.font = `600 12px ${this.fonts()}`;
        this.write(text, x, y, this.model.style.gap, "center");
      });
      this.nameSymbols([...leading, ...others]);
      lifecircle.nameStreets(this, this.base.streets);
    }

    fonts() {
      return getComputedStyle(document.body).fontFamily;
    }

    at(points, i) {
      return [(points.x[i] - this.frame.west) * this.frame.scale, (points.y[i] - this.frame.north) * this.frame.scale];
    }

    outside(x, y, room) {
      return x < -room || y < -room || x > this.frame.width + room || y > this.frame.height + room;
    }

    // Where panel and controls lie, so that no name is half beneath them.
    coveredPlaces() {
      const covered = new Taken();
      if (lifecircle.onPaper()) return covered;
      const [west, north] = this.frame.view;
      document.querySelectorAll(".panel, .leaflet-control, .review-number").forEach((node) => {
        const box = node.getBoundingClientRect();
        covered.add([west + box.left, north + box.top, west + box.right, north + box.bottom]);
      });
      return covered;
    }

    // Whether words fit into a box: nothing else there, and not cut by the edge of the view.
    roomFor(box) {
      const [west, north, east, south] = this.frame.view;
      const inside = box[0] >= west && box[1] >= north && box[2] <= east && box[3] <= south;
      const outside = box[2] < west || box[3] < north || box[0] > east || box[1] > south;
      return (inside || outside) && this.taken.free(box) && this.covered.free(box);
    }

    drawDemand() {
      const { model, context, frame } = this;
      if (!model.state.layers.demand) return;
      const scale = Math.min(1.6, Math.max(0.5, 2 ** ((frame.zoom - 15) / 2)));
      context.fillStyle = model.style.quietInk;
      context.globalAlpha = 0.55;
      context.beginPath();
      for (let i = 0; i < model.demand.count; i += 1) {
        const people = model.peopleAt(i);
        const [x, y] = this.at(model.demand, i);
        if (!(people > 0) || this.outside(x, y, 10)) continue;
        const radius = scale * Math.min(7, 1 + Math.sqrt(people) / 5);
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
      context.fill();
      context.globalAlpha = 1;
    }

    drawGaps() {
      const { model, context, frame } = this;
      if (!model.state.layers.gaps) return;
      model.gaps().forEach((gap) => {
        const [x, y] = this.at(model.grids.centre, gap.grid);
        const radius = gapRadius(gap.people, model, frame.zoom);
        if (this.outside(x, y, radius)) return;
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.fillStyle = model.style.gap;
        context.globalAlpha = 0.22;
        context.fill();
        context.globalAlpha = 1;
        context.strokeStyle = model.style.gap;
        context.lineWidth = Math.min(1.7, 0.4 + radius / 8);
        context.stroke();
        if (radius >= SMALLEST_NUMBERED) this.circles.push([gap, x, y]);
      });
    }

    placeNumbers() {
      const { context } = this;
      const placed = [];
      context.font = `600 12px ${this.fonts()}`;
      this.circles.forEach(([gap, x, y]) => {
        const text = lifecircle.count(gap.people);
        const half = context.measureText(text).width / 2 + 2;
        const box = [x - half, y - 8, x + half, y + 8];
        if (!this.roomFor(box)) return;
        this.taken.add(box);
        placed.push([text, x, y]);
      });
      return placed;
    }

    write(text, x, y, colour, align) {
      const { context, model } = this;
      context.textAlign = align;
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.strokeStyle = model.style.halo;
      context.lineWidth = 3.2;
      context.strokeText(text, x, y);
      context.fillStyle = colour;
      context.fillText(text, x, y);
    }

    // The more important come first; who finds no room becomes a dot.
    placeSymbols(wanted) {
      const { model, frame } = this;
      const placed = [];
      this.order.forEach((i) => {
        if (!wanted(model.facilities.kind[i]) || !model.facilityShown(i)) return;
        const [x, y] = this.at(model.points, i);
        if (this.outside(x, y, 30)) return;
        const size = symbolSize(model, i, frame.zoom);
        const box = around(x, y, size * 0.42);
        const roomy = size >= SMALLEST_SYMBOL && this.taken.free(box);
        if (roomy || i === model.state.selected) {
          this.taken.add(around(x, y, size / 2 + 1));
          placed.push({ i, x, y, size });
        } else {
          this.dots.push({ i, x, y, size: 2 * dotRadius(frame.zoom), dot: true });
        }
      });
      return placed;
    }

    drawSymbols() {
      const { model, context } = this;
      const { kind, status } = model.facilities;
      this.hits.forEach(({ i, x, y, size, dot }) => {
        const symbol = model.style.symbols[kind[i]];
        if (dot) {
          drawDot(context, symbol.colour, x, y, size / 2, model.style.halo);
          return;
        }
        const { siting } = model.content;
        const notYet = kind[i] === "chosen" && siting && model.state.case === siting.before;
        const hollow = notYet || status[i] === "planned" || status[i] === "building" || status[i] === "closed";
        const accent = i === model.state.selected ? model.style.accent : null;
        drawSymbol(context, symbol, x, y, size, { hollow, accent, halo: model.style.halo });
      });
    }

    nameSymbols(symbols) {
      const { model, context, frame } = this;
      symbols.forEach(({ i, x, y, size }) => {
        const kind = model.facilities.kind[i];
        const name = model.facilities.name[i];
        const chosen = i === model.state.selected;
        if (!name || (frame.zoom < NAMES_FROM[kind] && !chosen)) return;
        const heavy = kind === "chosen" || kind === "station" || kind === "centre" || chosen;
        context.font = `${heavy ? "600 " : ""}12px ${this.fonts()}`;
        const text = shortened(name, 26);
        const width = context.measureText(text).width;
        const gap = size / 2 + 4;
        const places = [
          ["left", x + gap, y, [x + gap, y - 8, x + gap + width, y + 8]],
          ["right", x - gap, y, [x - gap - width, y - 8, x - gap, y + 8]],
          ["center", x, y + gap + 6, [x - width / 2, y + gap - 2, x + width / 2, y + gap + 14]],
          ["center", x, y - gap - 6, [x - width / 2, y - gap - 14, x + width / 2, y - gap + 2]],
        ];
        const place = places.find(([, , , box]) => this.roomFor(box));
        if (!place) return;
        this.taken.add(place[3]);
        this.write(text, place[1], place[2], model.style.symbols[kind].colour, place[0]);
      });
    }

    // The place under a point of the canvas, the topmost first; -1 where there is none.
    find(x, y, slack) {
      for (let k = this.hits.length - 1; k >= 0; k -= 1) {
        const hit = this.hits[k];
        if (Math.hypot(hit.x - x, hit.y - y) <= hit.size / 2 + slack) return hit.i;
      }
      return -1;
    }
  }

  function shortened(text, length) {
    const letters = [...text];
    return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : text;
  }

  Object.assign(lifecircle, { Marks, around, gapRadius, shortened });
})(window.lifecircle);
