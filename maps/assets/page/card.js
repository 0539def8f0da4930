// The card of a place or of a polygon. Everything the user wrote is set as text.
(function (lifecircle) {
  "use strict";

  const { element } = lifecircle;

  // Returns the address of a link, or null for anything that is not plain http or https.
  function safeLink(text) {
    try {
      const url = new URL(text);
      return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
    } catch {
      return null;
    }
  }

  function symbolIcon(symbol, size, hollow) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    Object.entries({ viewBox: "-1.5 -1.5 27 27", width: size, height: size, "aria-hidden": "true" })
      .forEach(([key, value]) => svg.setAttribute(key, value));
    const colour = hollow ? "#ffffff" : symbol.colour;
    [[symbol.outline, colour, hollow ? symbol.colour : "none"], [symbol.glyph, hollow ? symbol.colour : "#ffffff", "none"]]
      .forEach(([data, fill, stroke]) => {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        Object.entries({ d: data, fill, stroke, "fill-rule": "evenodd", "stroke-width": 2.2 })
          .forEach(([key, value]) => path.setAttribute(key, value));
        svg.append(path);
      });
    return svg;
  }

  function row(label, value) {
    return value ? [element("dt", { text: label }), element("dd", {}, value)] : [];
  }

  function linkNode(text) {
    const href = text && safeLink(text);
    if (!href) return text;
    return element("a", { href, target: "_blank", rel: "noopener noreferrer", text: text.replace(/^https?:\/\//i, "") });
  }

  function facilityRows(model, i) {
    const f = model.facilities;
    const category = f.category[i] < 0 ? f.categoryId[i] : model.say(model.content.categories[f.category[i]].name);
    const chips = f.functions[i].map((each) => element("span", { class: "chip", text: model.term(each) }));
    return [
      ...lifecircle.siteRows(model, i, row),
      ...row(model.word("tier"), model.term(f.tier[i])),
      ...(["station", "chosen", "rejected"].includes(f.kind[i]) ? [] : row(model.word("service"), category)),
      ...row(model.word("functions"), chips.length ? element("span", { class: "chips" }, ...chips) : null),
      ...row(model.word("hours"), f.opening_hours[i]),
      ...row(model.word("opens_on"), f.opens_on[i]),
      ...row(model.word("address"), f.address[i]),
      ...row(model.word("phone"), f.phone[i]),
      ...row(model.word("website"), linkNode(f.website[i])),
      ...row(model.word("capacity"), f.capacity[i] === null ? null : lifecircle.count(f.capacity[i])),
    ];
  }

  function facilityCard(model, i) {
    const f = model.facilities;
    const open = !f.status[i] || f.status[i] === "open";
    const kind = model.word(`one_${f.kind[i]}`) + (open ? "" : ` · ${model.word(`status_${f.status[i]}`)}`);
    return element("article", { class: "card" },
      element("header", {},
        symbolIcon(model.style.symbols[f.kind[i]], 30, !open),
        element("div", {},
          element("h2", { text: f.name[i] || model.word("unnamed") }),
          element("p", { class: "kind", text: kind }))),
      element("dl", {}, ...facilityRows(model, i)),
      reachKey(model, i));
  }

  // What the lines around a selected place mean.
  function reachKey(model, i) {
    const { facility, minutes, case: cases } = model.isochrones;
    const mine = minutes.filter((_, k) => facility[k] === i && cases[k] === model.state.case).sort((a, b) => a - b);
    if (!mine.length) return null;
    return element("p", { class: "reach-key" }, ...mine.map((each) => element("span", {},
      lifecircle.lineSample(model, each), model.word("within", { n: each }))));
  }

  // One bar a number of minutes, the chosen one marked.
  function bars(model, grid) {
    const table = element("div", { class: "bars" });
    model.content.minutes.forEach((minutes, m) => {
      const figure = model.figure(grid, m);
      if (!figure || figure.share === null) return;
      const bar = element("span", { class: "bar" });
      const filled = element("i", {});
      filled.style.width = `${100 * figure.share}%`;
      filled.style.background = lifecircle.coverageColour(figure.share, model.style.coverage);
      bar.append(filled);
      table.append(element("div", { class: m === model.state.minutes ? "chosen" : "" },
        element("span", { text: model.word("minutes_unit", { n: minutes }) }), bar,
        element("b", { text: lifecircle.percent(figure.covered, figure.people, model.state.language) })));
    });
    return table;
  }

  function gridCard(model, grid) {
    const figure = model.figure(grid);
    const gap = model.gaps().find((each) => each.grid === grid);
    const people = figure ? model.word("counted", { n: lifecircle.count(figure.people), who: model.who() }) : model.word("nobody");
    return element("article", { class: "card" },
      element("header", {}, element("div", {},
        element("h2", { text: model.grids.name[grid] }),
        element("p", { class: "kind", text: people }))),
      figure && figure.share !== null ? element("p", { class: "of", text: model.say(model.category.name) }) : null,
      bars(model, grid),
      lifecircle.gainedNote(model, figure, grid),
      gap ? element("p", { class: "gap" },
        element("b", { text: model.word("left_out", { n: lifecircle.count(gap.people) }) }),
        gap.cause ? ` · ${model.say(gap.cause)}` : "") : null);
  }

  Object.assign(lifecircle, { facilityCard, gridCard, symbolIcon, safeLink });
})(window.lifecircle);
