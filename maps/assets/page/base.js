// The basemap: the ground below the data, water, buildings and streets above them.
(function (lifecircle) {
  "use strict";

  const STOPS = [11, 13, 15, 17, 19];
  const BUILDINGS_FROM = 15;
  const SQUARES_FROM = 15;
  const CASING_FROM = 1.6; // pixels: thinner streets are a single line

  function widthAt(widths, zoom) {
    if (zoom <= STOPS[0]) return widths[0];
    for (let i = 1; i < STOPS.length; i += 1) {
      if (zoom <= STOPS[i]) {
        const part = (zoom - STOPS[i - 1]) / (STOPS[i] - STOPS[i - 1]);
        return widths[i - 1] * (widths[i] / widths[i - 1]) ** part;
      }
    }
    return widths[STOPS.length - 1];
  }

  function fill(context, set, frame, colour, edge) {
    const path = new Path2D();
    lifecircle.traceAll(path, set, frame, true);
    context.fillStyle = colour;
    context.fill(path, "evenodd");
    if (edge) {
      context.strokeStyle = edge;
      context.lineWidth = 0.6;
      context.stroke(path);
    }
  }

  function stroke(context, path, colour, width, dash) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash || []);
    context.stroke(path);
  }

  function drawGround(context, frame, base, style) {
    fill(context, base.green, frame, style.green);
  }

  function drawWater(context, frame, base, style) {
    fill(context, base.water, frame, style.water);
    context.lineCap = "round";
    const lines = new Path2D();
    lifecircle.traceAll(lines, base.waterways, frame, false);
    stroke(context, lines, style.water, Math.max(0.8, widthAt([0.6, 1, 2, 4, 9], frame.zoom)));
  }

  function drawRail(context, frame, base, style) {
    if (frame.zoom < 12) return;
    const lines = new Path2D();
    lifecircle.traceAll(lines, base.rail, frame, false);
    context.lineCap = "butt";
    const width = widthAt([0.5, 0.8, 1.4, 2.6, 4], frame.zoom);
    stroke(context, lines, style.rail, width);
    if (frame.zoom >= 14) stroke(context, lines, style.street, width * 0.55, [5, 5]);
    context.setLineDash([]);
  }

  // For each rank the path of its streets, and of its tunnels; none where it is too early for the rank.
  function streetPaths(base, frame, style) {
    const paths = style.streets.map((street) => (frame.zoom >= street.from ? [new Path2D(), new Path2D()] : null));
    const { set, rank, tunnel } = base.streets;
    for (let i = 0; i < set.count; i += 1) {
      const both = paths[rank[i]];
      if (both && lifecircle.touches(set, i, frame, 30)) lifecircle.trace(both[tunnel[i]], set, i, frame, false);
    }
    return paths;
  }

  function drawStreets(context, frame, base, style) {
    const paths = streetPaths(base, frame, style);
    const each = (draw) => {
      for (let rank = paths.length - 1; rank >= 0; rank -= 1) {
        if (paths[rank]) draw(paths[rank], widthAt(style.streets[rank].widths, frame.zoom), rank === style.pathRank);
      }
    };
    each(([path, tunnels], width, footpath) => {
      context.lineCap = "butt";
      stroke(context, tunnels, style.casing, Math.max(0.5, Math.min(width, 3)), [4, 4]);
      context.lineCap = footpath ? "butt" : "round";
      if (footpath) stroke(context, path, style.path, width, frame.zoom >= 16 ? [3, 2] : []);
      else stroke(context, path, style.casing, width >= CASING_FROM ? width + 1.2 : Math.max(0.5, width));
    });
    if (frame.zoom >= SQUARES_FROM) fill(context, base.squares, frame, style.square);
    context.lineCap = "round";
    each(([path], width, footpath) => {
      if (!footpath && width >= CASING_FROM) stroke(context, path, style.street, width);
    });
  }

  function drawAbove(context, frame, base, style) {
    context.lineJoin = "round";
    drawWater(context, frame, base, style);
    if (frame.zoom >= BUILDINGS_FROM) fill(context, base.buildings, frame, style.building, style.buildingEdge);
    drawRail(context, frame, base, style);
    drawStreets(context, frame, base, style);
  }

  function readBase(pack) {
    return {
      green: pack.shapes("green"),
      water: pack.shapes("water"),
      waterways: pack.shapes("waterways"),
      rail: pack.shapes("rail"),
      buildings: pack.shapes("buildings"),
      squares: pack.shapes("squares"),
      streets: {
        set: pack.shapes("streets"),
        rank: pack.numbers("streets.rank"),
        name: pack.numbers("streets.name"),
        tunnel: pack.numbers("streets.tunnel"),
        names: pack.content.streetNames,
      },
    };
  }

  Object.assign(lifecircle, { readBase, drawGround, drawAbove });
})(window.lifecircle);
