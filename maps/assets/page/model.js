// What is chosen, and the figures that belong to the choice.
(function (lifecircle) {
  "use strict";

  const LAYERS = ["station", "centre", "merchant", "facility", "chosen", "rejected", "coverage", "isochrones", "gaps", "demand"];

  const FEW_CANDIDATES = 300;
  const NO_CATEGORY = { name: { en: "", zh: "" }, phrase: { en: "", zh: "" } };

  class Model extends EventTarget {
    constructor(pack) {
      super();
      const content = pack.content;
      Object.assign(this, { content, style: content.style, facilities: content.facilities });
      this.points = pack.positions("facilities.at");
      this.grids = { ...content.grids, set: pack.shapes("grids"), centre: pack.positions("grids.centre") };
      this.people = pack.numbers("figures.people");
      this.covered = pack.numbers("figures.people_covered");
      this.rows = new Map(content.figures.map((key, row) => [key.join(), row]));
      this.totals = new Map(content.totals.map(([a, b, c, people, covered]) => [[a, b, c].join(), { people, covered }]));
      this.isochrones = { ...content.isochrones, set: pack.shapes("isochrones") };
      this.demand = { ...pack.positions("demand.at"), people: pack.numbers("demand.people") };
      this.readGaps(pack.numbers("gaps.people"));
      this.kinds = [...new Set(content.grids.kind)];
      this.state = {
        language: content.language,
        category: content.first.category,
        minutes: content.first.minutes,
        case: content.siting ? content.siting.after : 0,
        kind: this.kinds[0] || null,
        selected: -1,
        grid: -1,
        layers: this.firstLayers(),
      };
    }

    firstLayers() {
      const shown = Object.fromEntries(LAYERS.map((layer) => [layer, true]));
      const { siting, figures } = this.content;
      // Every junction of a city as a candidate would hide what the plan does.
      const few = this.facilities.kind.filter((kind) => kind === "rejected").length <= FEW_CANDIDATES;
      return { ...shown, demand: false, isochrones: !figures.length || Boolean(siting), rejected: few };
    }

    readGaps(people) {
      const { choice, grid, cause, causes } = this.content.gaps;
      this.gapsByChoice = new Map();
      choice.forEach((key, i) => {
        const list = this.gapsByChoice.get(key.join()) || [];
        list.push({ grid: grid[i], people: people[i], cause: cause[i] < 0 ? null : causes[cause[i]] });
        this.gapsByChoice.set(key.join(), list);
      });
      this.gapsByChoice.forEach((list) => list.sort((a, b) => b.people - a.people || a.grid - b.grid));
      // Areas leave out many times as many as grid cells: each kind has a scale of its own.
      this.mostByKind = new Map();
      people.forEach((value, i) => {
        const kind = this.grids.kind[grid[i]];
        this.mostByKind.set(kind, Math.max(value, this.mostByKind.get(kind) || 1));
      });
    }

    // Changes the choice and tells everybody who listens what has changed.
    set(changes) {
      this.state = { ...this.state, ...changes };
      this.dispatchEvent(new CustomEvent("change", { detail: new Set(Object.keys(changes)) }));
    }

    word(key, values) {
      return lifecircle.fill(this.say(this.content.words[key]), values || {});
    }

    say(text) {
      return text[this.state.language];
    }

    // What a tier or a function is called; a user's own word is shown as it is.
    term(id) {
      const { terms } = this.content;
      return id !== null && Object.hasOwn(terms, id) ? this.say(terms[id]) : id;
    }

    get minutes() {
      return this.content.minutes[this.state.minutes];
    }

    get category() {
      return this.content.categories[this.state.category] || NO_CATEGORY;
    }

    key(minutes = this.state.minutes) {
      return [this.state.case, this.state.category, minutes].join();
    }

    // People and covered people of one polygon; null where there is no figure.
    figure(grid, minutes) {
      const row = this.rows.get(this.key(minutes));
      if (row === undefined) return null;
      const at = row * this.grids.set.count + grid;
      const people = this.people[at];
      if (Number.isNaN(people)) return null;
      return { people, covered: this.covered[at], share: people > 0 ? this.covered[at] / people : null };
    }

    gaps() {
      const all = this.gapsByChoice.get(this.key()) || [];
      return all.filter((gap) => this.grids.kind[gap.grid] === this.state.kind);
    }

    get mostLeftOut() {
      return this.mostByKind.get(this.state.kind) || 1;
    }

    // The median width of the polygons shown, in steps: circles must fit into them.
    usualWidth() {
      if (this.widthOf !== this.state.kind) {
        const { kind, set } = this.grids;
        const widths = kind.flatMap((each, i) => (each === this.state.kind ? [set.box[4 * i + 2] - set.box[4 * i]] : []));
        this.width = widths.sort((a, b) => a - b)[widths.length >> 1] || 1;
        this.widthOf = this.state.kind;
      }
      return this.width;
    }

    // Who is counted in the case shown.
    who() {
      return this.say(this.content.cases[this.state.case].who);
    }

    // People of a demand point who are counted in the case shown.
    peopleAt(i) {
      return this.demand.people[this.content.demand[this.state.case] * this.demand.count + i];
    }

    total() {
      return this.totals.get(this.key()) || null;
    }

    // People gained by the plan, in all or in a polygon; null where the map is not of a plan or shows today.
    gained(now, grid = -1) {
      const { siting } = this.content;
      if (!siting || this.state.case !== siting.after || !now) return null;
      const key = [siting.before, this.state.category, this.state.minutes].join();
      if (grid < 0) return this.totals.has(key) ? now.covered - this.totals.get(key).covered : null;
      const row = this.rows.get(key);
      return row === undefined ? null : now.covered - this.covered[row * this.grids.set.count + grid];
    }

    facilityShown(i) {
      const kind = this.facilities.kind[i];
      if (!this.state.layers[kind]) return false;
      return kind !== "facility" || this.ofCategory(i);
    }

    // Points of other services than the chosen one would only hide those that matter.
    ofCategory(i) {
      const category = this.facilities.category[i];
      return category < 0 || category === this.state.category;
    }

    countShown(kind) {
      let number = 0;
      this.facilities.kind.forEach((each, i) => {
        if (each === kind && (kind !== "facility" || this.ofCategory(i))) number += 1;
      });
      return number;
    }

    headline() {
      const total = this.total();
      if (!this.content.totals.length) return ["", {}];
      if (!total || !(total.people > 0)) return [this.word("headline_nobody"), {}];
      const left = total.people - total.covered;
      const gaps = this.gaps().length;
      const hours = new Set(this.content.cases.map((each) => each.hour.en)).size;
      const current = this.content.cases[this.state.case];
      const values = {
        share: lifecircle.percent(total.covered, total.people, this.state.language),
        people: lifecircle.count(total.people),
        who: this.who(),
        category: this.say(this.category.phrase),
        minutes: String(this.minutes),
        profile: this.say(current.profile),
        hour: hours > 1 ? lifecircle.bracketed(this.say(current.hour), this.state.language) : "",
        left: lifecircle.count(left),
        gaps: gaps ? this.word(`${this.state.kind}_${gaps === 1 ? "one" : "many"}`, { n: lifecircle.count(gaps) }) : "",
      };
      if (values.hour && this.state.language === "en") values.profile += ` ${values.hour}`;
      const gained = this.gained(total);
      if (gained !== null && gained >= 0.5) {
        const n = this.content.siting.new;
        Object.assign(values, {
          sites: this.word(n === 1 ? "site_one" : "site_many", { n: lifecircle.count(n) }), gained: lifecircle.count(gained),
        });
        return [this.say(this.content.words.site_headline), values];
      }
      let key = gaps ? "headline" : "headline_no_place";
      if (Math.round(left) <= 0) key = "headline_all";
      else if (total.covered <= 0) key = "headline_none";
      return [this.say(this.content.words[key]), values];
    }
  }

  lifecircle.Model = Model;
})(window.lifecircle);
