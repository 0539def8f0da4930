// The sheet: the map in a frame on A3 or A4 landscape, with all that a printed map must carry.
(function (lifecircle) {
  "use strict";

  const { element } = lifecircle;
  const LISTED = 8;
  const SIZES = ["A3", "A4"];

  class Sheet {
    constructor(model, map, panel) {
      Object.assign(this, { model, map, panel });
      this.size = model.content.sheet.size;
      this.paper = element("style");
      this.root = element("div", { class: "sheet", hidden: true });
      document.head.append(this.paper);
      document.body.append(this.root);
      model.addEventListener("change", () => this.draw());
      map.on("zoomend", () => this.draw());
      window.addEventListener("beforeprint", () => {
        this.forPrint = !this.open;
        if (this.forPrint) this.show(true);
      });
      window.addEventListener("afterprint", () => {
        if (this.forPrint) this.show(false);
        this.forPrint = false;
      });
    }

    get open() {
      return document.body.classList.contains("sheet-view");
    }

    show(open) {
      if (open && !this.open) this.before = [this.map.getCenter(), this.map.getZoom()];
      document.body.classList.toggle("sheet-view", open);
      this.root.hidden = !open;
      this.setSize(this.size);
      this.map.closePopup();
      this.map.invalidateSize({ animate: false, pan: false });
      if (open) this.map.fitBounds(this.home, { animate: false });
      else if (this.before) this.map.setView(...this.before, { animate: false });
      this.draw();
    }

    get home() {
      const [west, south, east, north] = this.model.content.bounds;
      return [[south, west], [north, east]];
    }

    setSize(size) {
      this.size = size;
      SIZES.forEach((each) => document.body.classList.toggle(each, each === size));
      this.paper.textContent = `@page { size: ${size} landscape; margin: 0; }`;
    }

    draw() {
      if (!this.open) return;
      const { model } = this;
      const [template, values] = model.headline();
      this.root.replaceChildren(
        this.buttons(),
        element("header", { class: "sheet-title" },
          element("h1", { text: model.content.title }),
          element("p", {}, lifecircle.sentence(template, values, ["share", "left"]))),
        element("section", { class: "sheet-side" },
          element("div", { class: "sheet-legend" }, this.choice(), ...lifecircle.legend(model, this.map.getZoom(), true)),
          ...[this.gaps()].filter(Boolean),
          element("div", { class: "sheet-notes" }, ...model.content.notes.map((note) => element("p", { text: model.say(note) })))),
        this.north(),
        this.margin());
    }

    choice() {
      const { model } = this;
      const current = model.content.cases[model.state.case];
      const parts = [model.say(model.category.name), model.word("minutes_unit", { n: model.minutes }), model.say(current.profile)];
      if (new Set(model.content.cases.map((each) => each.hour.en)).size > 1) parts.push(model.say(current.hour));
      return element("p", { class: "choice", text: parts.join(" · ") });
    }

    gaps() {
      const { model } = this;
      const gaps = model.state.layers.gaps ? model.gaps().slice(0, LISTED) : [];
      if (!gaps.length) return null;
      const rows = gaps.map((gap) => element("tr", {},
        element("td", { text: lifecircle.count(gap.people) }),
        element("td", {}, model.grids.name[gap.grid], gap.cause ? element("small", { text: model.say(gap.cause) }) : null)));
      return element("table", { class: "sheet-gaps" }, element("caption", { text: model.word("largest_gaps") }), element("tbody", {}, ...rows));
    }

    buttons() {
      const { model } = this;
      const sizes = SIZES.map((size) => element("button", {
        type: "button", text: size, "aria-pressed": String(size === this.size),
        on: { click: () => { this.setSize(size); this.show(true); } },
      }));
      return element("nav", { class: "sheet-buttons" },
        element("div", { class: "segments" }, ...sizes),
        element("button", { type: "button", text: model.word("print"), on: { click: () => window.print() } }),
        element("button", { type: "button", text: model.word("back"), on: { click: () => this.show(false) } }));
    }

    north() {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("viewBox", "0 0 24 30");
      [["M12 1L19 28L12 22Z", "#1d2733"], ["M12 1L5 28L12 22Z", "#ffffff"]].forEach(([data, fill]) => {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        Object.entries({ d: data, fill, stroke: "#1d2733", "stroke-width": 1, "stroke-linejoin": "round" })
          .forEach(([key, value]) => path.setAttribute(key, value));
        svg.append(path);
      });
      return element("div", { class: "sheet-north" }, element("b", { text: this.model.word("north") }), svg);
    }

    margin() {
      const { model } = this;
      const { unit, date, review } = model.content.sheet;
      const part = (key, text) => (text ? [element("span", {}, element("b", { text: model.word(key) }), ` ${text}`)] : []);
      return element("footer", { class: "sheet-margin" },
        ...part("review", review || model.word("internal")),
        ...part("made_by", unit),
        ...part("date", date),
        ...part("source", model.content.attributions.join("; ")),
        element("span", { text: model.word("coordinates") }));
    }
  }

  lifecircle.Sheet = Sheet;
})(window.lifecircle);
