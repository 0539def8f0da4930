// The surfaces of a map: coverage by polygon, and how far one gets from the stations.
(function (lifecircle) {
  "use strict";

  const BAND_OPACITY = [0.42, 0.26, 0.15, 0.1];
  const THINNEST_EDGE = 0.3;
  const DASHES = [[], [7, 4], [2, 4], [1, 5]];

  function coverageColour(share, coverage) {
    let place = 0;
    while (place < coverage.limits.length && share >= coverage.limits[place]) place += 1;
    return coverage.colours[place];
  }

  function drawCoverage(model, context, frame) {
    if (!model.state.layers.coverage) return;
    const { set, kind } = model.grids;
    const shown = [];
    let width = 0;
    for (let i = 0; i < set.count; i += 1) {
      if (kind[i] !== model.state.kind || !lifecircle.touches(set, i, frame, 2)) continue;
      shown.push(i);
      width += (set.box[4 * i + 2] - set.box[4 * i]) * frame.scale;
    }
    const edge = Math.min(1.2, width / shown.length / 40);
    context.strokeStyle = model.style.land;
    context.lineWidth = edge;
    // One path for thousands of polygons takes seconds to fill; one for each takes a moment.
    shown.forEach((i) => {
      const path = new Path2D();
      lifecircle.trace(path, set, i, frame, true);
      const figure = model.figure(i);
      if (figure && figure.share !== null) {
        context.fillStyle = coverageColour(figure.share, model.style.coverage);
        context.globalAlpha = model.style.coverage.opacity;
        context.fill(path);
        context.globalAlpha = 1;
      }
      if (edge >= THINNEST_EDGE) context.stroke(path);
    });
  }

  function drawSelectedPolygon(model, context, frame) {
    const { grid } = model.state;
    if (grid < 0) return;
    const path = new Path2D();
    lifecircle.trace(path, model.grids.set, grid, frame, true);
    context.lineJoin = "round";
    [[model.style.halo, 5], [model.style.accent, 2.5]].forEach(([colour, width]) => {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke(path);
    });
  }

  // For each number of minutes, longest first, one path with the polygons of the stations wanted.
  function reachPaths(model, frame, wanted) {
    const { set, facility, minutes, case: cases } = model.isochrones;
    const paths = new Map();
    for (let i = 0; i < set.count; i += 1) {
      if (cases[i] !== model.state.case || !wanted(facility[i]) || !lifecircle.touches(set, i, frame, 4)) continue;
      if (!paths.has(minutes[i])) paths.set(minutes[i], new Path2D());
      lifecircle.trace(paths.get(minutes[i]), set, i, frame, true);
    }
    return [...paths].sort((a, b) => b[0] - a[0]);
  }

  function bandOf(model, minutes) {
    const all = [...new Set(model.isochrones.minutes)].sort((a, b) => a - b);
    return Math.min(all.indexOf(minutes), DASHES.length - 1);
  }

  // Bands lie side by side, never one over another: each is cut out of the longer one first.
  function fillBands(model, context, paths) {
    const sheet = document.createElement("canvas");
    sheet.width = context.canvas.width;
    sheet.height = context.canvas.height;
    const draw = sheet.getContext("2d");
    draw.setTransform(context.getTransform());
    paths.forEach(([minutes, path]) => {
      draw.globalCompositeOperation = "destination-out";
      draw.globalAlpha = 1;
      draw.fill(path);
      draw.globalCompositeOperation = "source-over";
      draw.globalAlpha = BAND_OPACITY[bandOf(model, minutes)];
      draw.fillStyle = model.style.accent;
      draw.fill(path);
    });
    context.save();
    context.resetTransform();
    context.drawImage(sheet, 0, 0);
    context.restore();
  }

  function strokeBands(model, context, paths, width) {
    paths.forEach(([minutes, path]) => {
      context.setLineDash([]);
      context.strokeStyle = model.style.halo;
      context.lineWidth = width + 2;
      context.globalAlpha = 0.7;
      context.stroke(path);
      context.globalAlpha = 1;
      context.setLineDash(DASHES[bandOf(model, minutes)]);
      context.strokeStyle = model.style.accent;
      context.lineWidth = width;
      context.stroke(path);
    });
    context.setLineDash([]);
  }

  function drawReach(model, context, frame) {
    const chosen = model.state.selected;
    if (model.state.layers.isochrones) {
      const paths = reachPaths(model, frame, () => true);
      if (model.state.layers.coverage && model.content.figures.length) {
        // Two fills over one another would make colours that no legend explains.
        if (chosen < 0) strokeBands(model, context, paths.filter(([minutes]) => minutes === nearestMinutes(model)), 1.2);
      } else {
        fillBands(model, context, paths);
      }
    }
    if (chosen >= 0) strokeBands(model, context, reachPaths(model, frame, (facility) => facility === chosen), 2.2);
    drawSelectedPolygon(model, context, frame);
  }

  // The isochrone that goes with the minutes chosen, or the longest there is.
  function nearestMinutes(model) {
    const all = [...new Set(model.isochrones.minutes)];
    return all.includes(model.minutes) ? model.minutes : Math.max(...all);
  }

  // A short piece of the line that stands for a number of minutes.
  function lineSample(model, minutes) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    Object.entries({ viewBox: "0 0 26 6", width: 26, height: 6, "aria-hidden": "true" }).forEach(([key, value]) => svg.setAttribute(key, value));
    Object.entries({
      x1: 0, y1: 3, x2: 26, y2: 3, stroke: model.style.accent, "stroke-width": 2.2,
      "stroke-dasharray": DASHES[bandOf(model, minutes)].join(" "),
    }).forEach(([key, value]) => line.setAttribute(key, value));
    svg.append(line);
    return svg;
  }

  Object.assign(lifecircle, { coverageColour, drawCoverage, drawReach, nearestMinutes, lineSample, bandOf, BAND_OPACITY });
})(window.lifecircle);
