// The panel: title, headline, one control for each choice, legend, largest gaps, search.
(function (lifecircle) {
  "use strict";

  const { element } = lifecircle;
  const LISTED = 5;
  const FOUND = 8;

  class Panel {
    constructor(model, map, actions) {
      Object.assign(this, { model, map, actions });
      this.root = element("aside", { class: "panel", id: "panel" });
      document.body.append(this.root);
      this.build();
      L.DomEvent.disableClickPropagation(this.root);
      model.addEventListener("change", ({ detail }) => this.update(detail));
      map.on("zoomend", () => this.drawLegend());
    }

    build() {
      const { model } = this;
      this.root.replaceChildren();
      this.headline = element("p", { class: "headline", "aria-live": "polite" });
      this.controls = element("div", { class: "controls" });
      this.legendBox = element("section", { class: "legend", "aria-label": model.word("layers") });
      this.gapBox = element("section", { class: "gap-list" });
      this.planBox = element("section", { class: "plan" });
      this.more = element("div", { class: "more" }, this.controls, this.planBox, this.legendBox, this.gapBox, this.finder(), this.foot());
      this.root.append(this.head(), this.headline, this.more);
      this.drawControls();
      this.drawChoice();
      this.label();
    }

    head() {
      this.foldButton = element("button", { class: "fold", type: "button", on: { click: () => this.fold() } });
      return element("header", { class: "head" },
        element("h1", { text: this.model.content.title }), this.foldButton);
    }

    fold() {
      document.body.classList.toggle("folded");
      this.label();
      this.actions.uncovered();
    }

    label() {
      const folded = document.body.classList.contains("folded");
      const word = this.model.word(folded ? "unfold" : "fold");
      this.foldButton.setAttribute("aria-label", word);
      this.foldButton.setAttribute("title", word);
      this.foldButton.setAttribute("aria-expanded", String(!folded));
    }

    update(changed) {
      if (changed.has("language")) this.build();
      else if (["category", "minutes", "case", "kind"].some((key) => changed.has(key))) {
        this.drawControls();
        this.drawChoice();
      } else if (changed.has("layers")) this.drawLegend();
    }

    drawChoice() {
      const [template, values] = this.model.headline();
      this.headline.replaceChildren(lifecircle.sentence(template, values, ["share", "left"]));
      this.planBox.replaceChildren(...lifecircle.planNodes(this.model));
      this.drawLegend();
      this.drawGaps();
    }

    drawControls() {
      const { model } = this;
      const { content, state } = model;
      const focus = document.activeElement && document.activeElement.dataset.control;
      this.controls.replaceChildren();
      if (content.categories.length > 1) {
        this.choice("category", content.categories.map((each) => model.say(each.name)), state.category,
          (category) => model.set({ category }));
      }
      if (content.siting) this.controls.append(lifecircle.beforeAfter(model));
      if (content.minutes.length > 1) this.segments();
      if (!content.siting) this.caseControls();
      if (model.kinds.length > 1) {
        this.choice("unit", model.kinds.map((kind) => model.word(`unit_${kind}`)), model.kinds.indexOf(state.kind),
          (place) => model.set({ kind: model.kinds[place], grid: -1 }));
      }
      const again = focus && this.controls.querySelector(`[data-control="${focus}"]`);
      if (again) again.focus();
    }

    choice(name, options, chosen, choose) {
      if (!options.length) return;
      const select = element("select", { "data-control": name, on: { change: () => choose(select.selectedIndex) } },
        ...options.map((text) => element("option", { text })));
      select.selectedIndex = chosen;
      this.controls.append(element("label", { class: "control" }, element("span", { text: this.model.word(name) }), select));
    }

    segments() {
      const { model } = this;
      const buttons = model.content.minutes.map((minutes, m) => element("button", {
        type: "button", text: String(minutes), "aria-pressed": String(m === model.state.minutes),
        "data-control": `minutes-${m}`, on: { click: () => model.set({ minutes: m }) },
      }));
      this.controls.append(element("div", { class: "control", role: "group", "aria-label": model.word("minutes") },
        element("span", { text: model.word("minutes") }), element("div", { class: "segments" }, ...buttons)));
    }

    // Profile and hour: one control each, and the case that has both.
    caseControls() {
      const { model } = this;
      const { cases } = model.content;
      const current = cases[model.state.case];
      const profiles = distinct(cases.map((each) => each.profile));
      const hours = distinct(cases.filter((each) => each.profile.en === current.profile.en).map((each) => each.hour));
      const pick = (profile, hour) => {
        const fits = (each) => each.profile.en === profile.en;
        const exact = cases.findIndex((each) => fits(each) && each.hour.en === hour.en);
        model.set({ case: exact >= 0 ? exact : cases.findIndex(fits) });
      };
      const place = (list, text) => list.findIndex((each) => each.en === text.en);
      if (profiles.length > 1) {
        this.choice("profile", profiles.map((each) => model.say(each)), place(profiles, current.profile),
          (index) => pick(profiles[index], current.hour));
      }
      if (distinct(cases.map((each) => each.hour)).length > 1) {
        this.choice("hour", hours.map((each) => model.say(each)), place(hours, current.hour),
          (index) => pick(current.profile, hours[index]));
      }
    }

    drawLegend() {
      const focus = document.activeElement && document.activeElement.dataset.layer;
      this.legendBox.replaceChildren(...lifecircle.legend(this.model, this.map.getZoom(), false));
      const again = focus && this.legendBox.querySelector(`[data-layer="${focus}"]`);
      if (again) again.focus();
    }

    drawGaps() {
      const { model } = this;
      const gaps = model.gaps().slice(0, LISTED);
      this.gapBox.replaceChildren();
      if (!gaps.length) return;
      const items = gaps.map((gap) => element("li", {}, element("button", {
        type: "button", on: { click: () => this.actions.showGrid(gap.grid) },
      },
      element("b", { text: lifecircle.count(gap.people) }),
      element("span", {}, model.grids.name[gap.grid], gap.cause ? element("small", { text: model.say(gap.cause) }) : null))));
      this.gapBox.append(element("h2", { text: model.word("largest_gaps") }), element("ol", {}, ...items));
    }

    finder() {
      const { model } = this;
      if (!model.facilities.name.length) return element("div");
      const list = element("ul", { class: "found" });
      const input = element("input", {
        type: "search", placeholder: model.word("find"), "aria-label": model.word("find"), autocomplete: "off",
        on: { input: () => this.find(input.value, list) },
      });
      return element("section", { class: "finder" }, input, list);
    }

    find(text, list) {
      const wanted = text.trim().toLocaleLowerCase();
      list.replaceChildren();
      if (!wanted) return;
      const { name, kind } = this.model.facilities;
      const found = name.map((_, i) => i).filter((i) => (name[i] || "").toLocaleLowerCase().includes(wanted)).slice(0, FOUND);
      if (!found.length) list.append(element("li", { class: "none", text: this.model.word("find_none") }));
      found.forEach((i) => list.append(element("li", {}, element("button", {
        type: "button", on: { click: () => this.actions.showFacility(i) },
      }, lifecircle.symbolIcon(this.model.style.symbols[kind[i]], 18), element("span", { text: name[i] })))));
      // At the end of the panel what was found would lie below the edge of a phone.
      list.scrollIntoView({ block: "nearest" });
    }

    foot() {
      const { model } = this;
      const other = model.state.language === "zh" ? "en" : "zh";
      return element("footer", { class: "foot" },
        ...model.content.notes.map((note) => element("p", { class: "note", text: model.say(note) })),
        element("div", { class: "buttons" },
          element("button", { type: "button", class: "language", lang: other, text: model.word("language"), on: { click: () => model.set({ language: other }) } }),
          element("button", { type: "button", class: "to-sheet", text: model.word("sheet"), on: { click: () => this.actions.sheet(true) } })));
    }
  }

  function distinct(texts) {
    return texts.filter((text, i) => texts.findIndex((other) => other.en === text.en) === i);
  }

  lifecircle.Panel = Panel;
})(window.lifecircle);
