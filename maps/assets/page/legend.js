// The legend: read from the same style and figures as the map, and the switch of each layer at once.
(function (lifecircle) {
  "use strict";

  const { element } = lifecircle;
  const POINT_LAYERS = ["chosen", "rejected", "station", "centre", "merchant", "facility"];

  function layerRow(model, layer, icon, name, count, printed) {
    const number = count === null ? null : element("span", { class: "number", text: lifecircle.count(count) });
    const words = [icon, element("span", { class: "name", text: name }), number];
    if (printed) return element("div", { class: "layer" }, ...words);
    const box = element("input", { type: "checkbox", "data-layer": layer });
    box.checked = model.state.layers[layer];
    box.addEventListener("change", () => model.set({ layers: { ...model.state.layers, [layer]: box.checked } }));
    return element("label", { class: "layer" }, box, ...words);
  }

  function swatch(style) {
    const node = element("span", { class: "swatch" });
    Object.assign(node.style, style);
    return node;
  }

  const key = (sample, text) => element("span", { class: "key" }, sample, text);

  // A translucent colour as it looks on the land of the map.
  function onLand(colour, opacity, land) {
    const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const below = parts(land);
    const mixed = parts(colour).map((value, k) => Math.round(value * opacity + below[k] * (1 - opacity)));
    return `rgb(${mixed.join()})`;
  }

  function coverageScale(model) {
    const { colours, limits, opacity } = model.style.coverage;
    const scale = element("div", { class: "scale" });
    const ends = [0, ...limits, 1];
    colours.forEach((colour, k) => {
      const step = element("div", { class: "step" });
      const bar = element("i");
      bar.style.background = onLand(colour, opacity, model.style.land);
      step.append(bar, element("span", { text: String(Math.round(100 * ends[k])) }));
      scale.append(step);
    });
    scale.append(element("span", { class: "last", text: "100\u00a0%" }));
    return scale;
  }

  function coverageLegend(model) {
    const name = model.word("coverage", { category: model.say(model.category.phrase), minutes: model.minutes });
    const none = [...model.grids.kind.keys()].some((grid) => {
      const figure = model.grids.kind[grid] === model.state.kind ? model.figure(grid) : { share: 1 };
      return !figure || figure.share === null;
    });
    const empty = none ? element("p", { class: "keys" },
      key(swatch({ background: model.style.land, outline: "1px solid #d8d3ca" }), model.word("nobody"))) : null;
    return [name, [coverageScale(model), empty]];
  }

  function reachLegend(model) {
    const all = [...new Set(model.isochrones.minutes)].sort((a, b) => a - b);
    const lined = model.state.layers.coverage && model.content.figures.length;
    const shown = lined ? [lifecircle.nearestMinutes(model)] : all;
    const keys = element("p", { class: "keys" });
    shown.forEach((minutes) => {
      const opacity = lifecircle.BAND_OPACITY[lifecircle.bandOf(model, minutes)];
      const sample = lined
        ? lifecircle.lineSample(model, minutes)
        : swatch({ background: onLand(model.style.accent, opacity, model.style.land) });
      keys.append(key(sample, model.word("within", { n: minutes })));
    });
    return keys;
  }

  // A round number not above the value, 1, 2 or 5 times a power of ten.
  function roundBelow(value) {
    const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
    return [5, 2, 1].find((digit) => digit * power <= value) * power || 1;
  }

  function gapLegend(model, zoom) {
    const keys = element("p", { class: "keys circles" });
    const most = model.gaps().reduce((largest, gap) => Math.max(largest, gap.people), 0);
    if (!most) return element("p", { class: "keys", text: model.word("no_gaps") });
    const large = roundBelow(most);
    [...new Set([large, roundBelow(large / 4)])].forEach((people) => {
      const size = 2 * lifecircle.gapRadius(people, model, zoom);
      const circle = element("i", { class: "circle" });
      Object.assign(circle.style, {
        width: `${size}px`, height: `${size}px`,
        borderColor: model.style.gap, background: `${model.style.gap}38`,
      });
      keys.append(key(circle, model.word("people_unit", { n: lifecircle.count(people) })));
    });
    return keys;
  }

  function pointLegend(model, printed) {
    return POINT_LAYERS.flatMap((kind) => {
      const count = model.countShown(kind);
      // "Facilities: clinic 0" beside no symbol would only make a reader look for what is not there.
      if (!count || (printed && !model.state.layers[kind])) return [];
      const name = kind === "facility" ? model.word("facility_of", { category: model.say(model.category.name) }) : model.word(kind);
      return [layerRow(model, kind, lifecircle.symbolIcon(model.style.symbols[kind], 20), name, count, printed)];
    });
  }

  // Returns the nodes of the legend; printed, it holds only what is shown, and no switches.
  function legend(model, zoom, printed) {
    const { layers } = model.state;
    const out = [];
    const add = (layer, there, icon, name, body) => {
      if (!there || (printed && !layers[layer])) return;
      out.push(layerRow(model, layer, icon, name, null, printed));
      if (layers[layer]) out.push(...[].concat(body()).filter(Boolean));
    };
    if (model.content.figures.length && model.grids.set.count) {
      const [name, body] = coverageLegend(model);
      add("coverage", true, null, name, () => body);
    }
    add("gaps", model.gapsByChoice.size, null, model.word("gaps"), () => gapLegend(model, zoom));
    add("isochrones", model.isochrones.set.count, null, model.word(model.content.siting ? "site_reach" : "isochrones"), () => reachLegend(model));
    out.push(...pointLegend(model, printed));
    const waiting = model.facilities.status.some((status) => ["planned", "building", "closed"].includes(status));
    if (waiting) out.push(element("p", { class: "keys small", text: model.word("not_open") }));
    add("demand", model.demand.count, null, model.word("demand"), () => []);
    return out;
  }

  Object.assign(lifecircle, { legend, roundBelow });
})(window.lifecircle);
