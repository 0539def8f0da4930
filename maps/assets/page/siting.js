// A plan for new sites: the switch between today and the plan, the curve, and what stands in the cards.
(function (lifecircle) {
  "use strict";

  const { element } = lifecircle;
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const WIDTH = 284;
  const HEIGHT = 132;
  const EDGE = { left: 40, right: 14, top: 16, bottom: 30 };

  function drawn(name, attributes, text) {
    const node = document.createElementNS(NAMESPACE, name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    if (text !== undefined) node.textContent = text;
    return node;
  }

  // 71,724 as 72k: the axis has little room, and the exact number stands at the point.
  function shortNumber(value) {
    if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
    if (value >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
    return value >= 100 ? lifecircle.count(value) : String(Number(value.toPrecision(3)));
  }

  // Round steps: from zero, or from the last step below where the whole curve lies high above it.
  function ticks(least, most) {
    const high = least > 0.6 * most;
    const step = roundStep((high ? most - least : most) / 2.5, least + most);
    const all = [];
    for (let value = high ? step * Math.floor(least / step) : 0; value <= most + 0.001 * step; value += step) all.push(value);
    return all;
  }

  function roundStep(wanted, whole) {
    const power = 10 ** Math.floor(Math.log10(Math.max(wanted, whole / 1e4, 1e-3)));
    return ([5, 2, 1].find((digit) => digit * power <= wanted) || 1) * power;
  }

  function axes(svg, x, y, numbers, steps, style) {
    steps.forEach((value) => {
      svg.append(drawn("line", { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value), stroke: "#e3dfd7" }));
      svg.append(drawn("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, shortNumber(value)));
    });
    const every = Math.ceil(numbers.length / 10);
    numbers.forEach((number, k) => {
      if (k % every) return;
      svg.append(drawn("text", { x: x(number), y: HEIGHT - EDGE.bottom + 15, "text-anchor": "middle" }, String(number)));
    });
    svg.append(drawn("line", {
      x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(steps[0]), y2: y(steps[0]), stroke: style.quietInk,
    }));
  }

  function line(points, attributes) {
    return drawn("polyline", { points: points.map((point) => point.join()).join(" "), fill: "none", ...attributes });
  }

  const SOLID = { "stroke-width": 2 };
  const DASHED = { "stroke-width": 1.6, "stroke-dasharray": "4 3" };

  function plot(model) {
    const { siting } = model.content;
    const { style } = model;
    const numbers = siting.curve.map(([number]) => number);
    const heights = siting.curve.flatMap(([, best, nested]) => [best, nested]).filter((value) => value !== null);
    const most = Math.max(...heights) || 1;
    const steps = ticks(Math.min(...heights), most);
    const last = Math.max(...numbers, 1);
    const x = (number) => EDGE.left + ((WIDTH - EDGE.left - EDGE.right) * number) / last;
    const y = (value) => HEIGHT - EDGE.bottom - ((HEIGHT - EDGE.top - EDGE.bottom) * (value - steps[0])) / (most - steps[0] || 1);
    const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": model.word("site_curve") });
    axes(svg, x, y, numbers, steps, style);
    const points = (column) => siting.curve.filter((row) => row[column] !== null).map((row) => [x(row[0]), y(row[column])]);
    svg.append(line(points(2), { stroke: style.quietInk, ...DASHED }), line(points(1), { stroke: style.accent, ...SOLID }));
    points(1).forEach(([left, top]) => svg.append(drawn("circle", { cx: left, cy: top, r: 2.6, fill: style.accent })));
    const here = siting.curve.find((row) => row[0] === siting.new && row[1] !== null);
    if (here) svg.append(...marked(here, x, y, style));
    svg.append(drawn("text", { x: (WIDTH + EDGE.left - EDGE.right) / 2, y: HEIGHT - 2, "text-anchor": "middle" }, model.word("site_number")));
    return svg;
  }

  // The plan itself, with its number beside it.
  function marked([number, value], x, y, style) {
    const text = value >= 100 ? lifecircle.count(value) : value.toFixed(1);
    const below = y(value) < HEIGHT - EDGE.bottom - 40;
    return [
      drawn("circle", { cx: x(number), cy: y(value), r: 5, fill: style.accent, stroke: style.halo, "stroke-width": 2 }),
      drawn("text", {
        x: x(number), y: y(value) + (below ? 19 : -9), "text-anchor": "middle", class: "here",
        stroke: style.halo, "stroke-width": 3, "paint-order": "stroke",
      }, text),
    ];
  }

  function sample(attributes) {
    const svg = drawn("svg", { viewBox: "0 0 22 6", width: 22, height: 6, "aria-hidden": "true" });
    svg.append(drawn("line", { x1: 0, x2: 22, y1: 3, y2: 3, ...attributes }));
    return svg;
  }

  // What the panel says of the plan; nothing where the map is not of one.
  function planNodes(model) {
    const { siting } = model.content;
    if (!siting) return [];
    const proof = element("p", { class: "proof", text: model.say(siting.proof) });
    if (siting.curve.length < 2) return [proof];
    return [
      proof,
      element("h2", { text: model.word("site_curve") }),
      element("p", { class: "unit", text: model.say(siting.unit) }),
      plot(model),
      element("p", { class: "lines" },
        element("span", {}, sample({ stroke: model.style.accent, ...SOLID }), model.word("site_best")),
        element("span", {}, sample({ stroke: model.style.quietInk, ...DASHED }), model.word("site_nested"))),
    ];
  }

  function beforeAfter(model) {
    const { siting } = model.content;
    const buttons = ["before", "after"].map((when) => element("button", {
      type: "button", "data-control": `site-${when}`, text: model.word(`site_${when}`),
      "aria-pressed": String(model.state.case === siting[when]), on: { click: () => model.set({ case: siting[when] }) },
    }));
    return element("div", { class: "control" }, element("span", { text: model.word("site_view") }),
      element("div", { class: "segments", role: "group", "aria-label": model.word("site_view") }, ...buttons));
  }

  function siteRows(model, i, row) {
    if (!model.content.siting) return [];
    return ["served", "added", "alone"].flatMap((key) => {
      const people = model.facilities[key][i];
      return row(model.word(key), people === null ? null : model.word("people_unit", { n: lifecircle.count(people) }));
    });
  }

  function gainedNote(model, figure, grid) {
    const gained = model.gained(figure, grid);
    if (gained === null || gained < 0.5) return null;
    return element("p", { class: "gained", text: model.word("site_gained", { n: lifecircle.count(gained) }) });
  }

  Object.assign(lifecircle, { planNodes, beforeAfter, siteRows, gainedNote });
})(window.lifecircle);
