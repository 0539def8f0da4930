// Street names, written along the straight stretches of their streets where there is room.
(function (lifecircle) {
  "use strict";

  const BEND = 0.22; // radians a stretch may turn from its own chord
  const APART = 420; // pixels between two writings of one name
  const SIZES = [13, 13, 12, 12, 11, 11, 11];
  const STEP = 9; // half the side of the boxes that keep the place of slanted text

  // The stretches of a line that are straight enough, as pairs of points on the canvas.
  function stretches(set, i, frame, shortest) {
    const out = [];
    for (let ring = set.shape[i]; ring < set.shape[i + 1]; ring += 1) {
      let from = set.ring[ring];
      const end = set.ring[ring + 1] - 1;
      while (from < end) {
        let to = from + 1;
        const first = bearing(set, from, to);
        while (to < end && turned(first, bearing(set, to, to + 1)) < BEND) to += 1;
        const length = Math.hypot(set.x[to] - set.x[from], set.y[to] - set.y[from]) * frame.scale;
        if (length >= shortest) out.push([point(set, from, frame), point(set, to, frame), length]);
        from = to;
      }
    }
    return out;
  }

  const bearing = (set, a, b) => Math.atan2(set.y[b] - set.y[a], set.x[b] - set.x[a]);
  const point = (set, j, frame) => [(set.x[j] - frame.west) * frame.scale, (set.y[j] - frame.north) * frame.scale];

  function turned(a, b) {
    const angle = Math.abs(a - b) % (2 * Math.PI);
    return angle > Math.PI ? 2 * Math.PI - angle : angle;
  }

  function boxesAlong(x, y, angle, width) {
    const boxes = [];
    const number = Math.max(1, Math.ceil(width / STEP));
    for (let k = 0; k <= number; k += 1) {
      const along = -width / 2 + (width * k) / number;
      boxes.push(lifecircle.around(x + along * Math.cos(angle), y + along * Math.sin(angle), STEP - 1));
    }
    return boxes;
  }

  function farFromSame(written, name, x, y) {
    return !(written.get(name) || []).some(([a, b]) => Math.hypot(a - x, b - y) < APART);
  }

  function writeAlong(marks, text, [x, y], angle, size) {
    const { context } = marks;
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.font = `${size}px ${marks.fonts()}`;
    marks.write(text, 0, 0, marks.model.style.quietInk, "center");
    context.restore();
  }

  // Places of one name along one stretch, at even steps from its middle so that panning moves none.
  function placesOn([[ax, ay], [bx, by], length]) {
    const number = Math.max(1, Math.floor(length / APART));
    return Array.from({ length: number }, (_, k) => {
      const part = (k + 0.5) / number;
      return [ax + (bx - ax) * part, ay + (by - ay) * part];
    });
  }

  function upright(angle) {
    if (angle > Math.PI / 2) return angle - Math.PI;
    return angle <= -Math.PI / 2 ? angle + Math.PI : angle;
  }

  lifecircle.nameStreets = (marks, streets) => {
    const { frame, context, taken } = marks;
    const written = new Map();
    const widths = new Map();
    const nameOne = (i, rank) => {
      const name = streets.names[streets.name[i]];
      const size = SIZES[rank];
      const key = `${size} ${name}`;
      if (!widths.has(key)) {
        context.font = `${size}px ${marks.fonts()}`;
        widths.set(key, context.measureText(name).width);
      }
      const width = widths.get(key);
      stretches(streets.set, i, frame, width + 12).forEach((stretch) => {
        const [[ax, ay], [bx, by]] = stretch;
        const angle = upright(Math.atan2(by - ay, bx - ax));
        placesOn(stretch).forEach(([x, y]) => {
          if (marks.outside(x, y, width / 2) || !farFromSame(written, name, x, y)) return;
          const boxes = boxesAlong(x, y, angle, width);
          if (!boxes.every((box) => marks.roomFor(box))) return;
          boxes.forEach((box) => taken.add(box));
          written.set(name, [...(written.get(name) || []), [x, y]]);
          writeAlong(marks, name, [x, y], angle, size);
        });
      });
    };
    marks.model.style.streets.forEach((street, rank) => {
      if (frame.zoom < street.names) return;
      for (let i = 0; i < streets.set.count; i += 1) {
        if (streets.rank[i] === rank && streets.name[i] >= 0 && lifecircle.touches(streets.set, i, frame, 0)) nameOne(i, rank);
      }
    });
  };
})(window.lifecircle);
