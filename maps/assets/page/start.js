// Puts the map together once its data are open.
(function (lifecircle) {
  "use strict";

  const CLICK_SLACK = 3;
  const TOUCH_SLACK = 9;
  const CLOSE_UP = 16;
  const PHONE = window.matchMedia("(max-width: 700px)");

  // Two canvases: the base with the surfaces in it, and what changes with every selection above.
  function addLayers(map, model, pack) {
    const base = lifecircle.readBase(pack);
    const marks = new lifecircle.Marks(model, base);
    const drawMarks = (context, frame) => {
      lifecircle.drawReach(model, context, frame);
      marks.draw(context, frame);
    };
    const layer = (name, order, draw) => {
      const pane = map.createPane(name);
      pane.style.zIndex = order;
      pane.style.pointerEvents = "none";
      return new lifecircle.ViewLayer(draw, { pane: name }).addTo(map);
    };
    const below = layer("base", 210, (context, frame) => {
      if (lifecircle.onPaper()) {
        // Printed, an empty canvas is white and hides what lies below it: paper has one canvas, filled.
        context.fillStyle = model.style.land;
        context.fillRect(0, 0, frame.width, frame.height);
      }
      lifecircle.drawGround(context, frame, base, model.style);
      lifecircle.drawCoverage(model, context, frame);
      lifecircle.drawAbove(context, frame, base, model.style);
      if (lifecircle.onPaper()) drawMarks(context, frame);
    });
    const above = layer("marks", 450, (context, frame) => {
      if (!lifecircle.onPaper()) drawMarks(context, frame);
    });
    model.addEventListener("change", ({ detail }) => {
      above.redraw();
      if (["category", "minutes", "case", "kind", "layers"].some((key) => detail.has(key)) || lifecircle.onPaper()) below.redraw();
    });
    return { marks, above, below };
  }

  // How much of the view the panel covers, so that nothing is shown beneath it.
  function room() {
    const panel = document.getElementById("panel");
    const open = panel && !document.body.classList.contains("sheet-view");
    const box = open ? panel.getBoundingClientRect() : null;
    if (!box) return { paddingTopLeft: [20, 20], paddingBottomRight: [20, 20] };
    if (PHONE.matches) return { paddingTopLeft: [16, 16], paddingBottomRight: [16, window.innerHeight - box.top + 16] };
    return { paddingTopLeft: [box.right + 20, 20], paddingBottomRight: [56, 40] };
  }

  function openPopup(map, at, node, closeWord, closed) {
    const { paddingTopLeft, paddingBottomRight } = room();
    const popup = L.popup({
      className: "card-popup", maxWidth: Math.min(320, window.innerWidth - 60), minWidth: 230,
      autoPanPaddingTopLeft: paddingTopLeft, autoPanPaddingBottomRight: paddingBottomRight, offset: [0, -4],
    }).setLatLng(at).setContent(node).on("remove", closed).openOn(map);
    const button = popup.getElement().querySelector(".leaflet-popup-close-button");
    button.title = closeWord;
    button.setAttribute("aria-label", closeWord);
    return popup;
  }

  function actionsOf(map, model) {
    let shown = null;
    const show = (state, at, card) => {
      const mine = { card };
      shown = mine;
      model.set({ selected: -1, grid: -1, ...state });
      mine.popup = openPopup(map, at, card(), model.word("close"), () => {
        if (shown !== mine) return;
        shown = null;
        model.set({ selected: -1, grid: -1 });
      });
    };
    model.addEventListener("change", ({ detail }) => {
      if (detail.has("kind")) map.closePopup();
      const stale = ["language", "category", "minutes", "case"].some((key) => detail.has(key));
      if (stale && shown && shown.popup) shown.popup.setContent(shown.card());
    });
    const grid = (i) => {
      const at = lifecircle.toLatLng(model.grids.centre.x[i], model.grids.centre.y[i]);
      return () => show({ grid: i }, at, () => lifecircle.gridCard(model, i));
    };
    const facility = (i) => {
      const at = lifecircle.toLatLng(model.points.x[i], model.points.y[i]);
      return () => show({ selected: i }, at, () => lifecircle.facilityCard(model, i));
    };
    const goThen = (points, i, open) => {
      const at = lifecircle.toLatLng(points.x[i], points.y[i]);
      if (PHONE.matches) document.body.classList.add("folded");
      map.setView(at, Math.max(map.getZoom(), CLOSE_UP), { animate: false });
      open();
    };
    return {
      grid: (i) => grid(i)(),
      facility: (i) => facility(i)(),
      showGrid: (i) => goThen(model.grids.centre, i, grid(i)),
      showFacility: (i) => {
        const kind = model.facilities.kind[i];
        model.set({ layers: { ...model.state.layers, [kind]: true } });
        goThen(model.points, i, facility(i));
      },
    };
  }

  function gridAt(model, latlng) {
    const { x, y } = L.CRS.EPSG3857.latLngToPoint(latlng, lifecircle.WORLD_ZOOM);
    const { set, kind } = model.grids;
    for (let i = 0; i < set.count; i += 1) {
      if (kind[i] === model.state.kind && lifecircle.inside(set, i, x, y)) return i;
    }
    return -1;
  }

  function listen(map, model, marks, above, actions) {
    const found = (event, slack) => {
      const point = L.CRS.EPSG3857.latLngToPoint(event.latlng, lifecircle.WORLD_ZOOM);
      const { west, north, scale } = above.frame;
      return marks.find((point.x - west) * scale, (point.y - north) * scale, slack);
    };
    map.on("click", (event) => {
      const facility = found(event, PHONE.matches ? TOUCH_SLACK : CLICK_SLACK);
      if (facility >= 0) actions.facility(facility);
      else if (model.state.layers.coverage || model.state.layers.gaps) {
        const grid = gridAt(model, event.latlng);
        if (grid >= 0) actions.grid(grid);
      }
    });
    map.on("mousemove", (event) => {
      map.getContainer().style.cursor = found(event, CLICK_SLACK) >= 0 ? "pointer" : "";
    });
  }

  function addControls(map, model, home) {
    const review = model.content.sheet.review;
    map.getContainer().setAttribute("aria-label", model.content.title);
    const draw = () => {
      document.documentElement.lang = model.state.language === "zh" ? "zh-CN" : "en";
      document.querySelector(".review-number").textContent = review ? `${model.word("review")} ${review}` : model.word("internal");
      [["in", "zoom_in"], ["out", "zoom_out"]].forEach(([which, key]) => {
        const button = map.getContainer().querySelector(`.leaflet-control-zoom-${which}`);
        button.title = model.word(key);
        button.setAttribute("aria-label", model.word(key));
      });
      whole.title = model.word("whole");
      whole.setAttribute("aria-label", model.word("whole"));
    };
    const zoom = L.control.zoom({ position: "topright" }).addTo(map);
    const whole = L.DomUtil.create("a", "whole", zoom.getContainer());
    Object.assign(whole, { href: "#", role: "button", textContent: "⤢" });
    L.DomEvent.on(whole, "click", L.DomEvent.stop).on(whole, "click", home);
    const attribution = L.control.attribution({ position: "bottomright", prefix: "Leaflet" }).addTo(map);
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 130 }).addTo(map);
    model.content.attributions.forEach((text) => attribution.addAttribution(escaped(text)));
    document.body.append(lifecircle.element("div", { class: "review-number" }));
    model.addEventListener("change", ({ detail }) => { if (detail.has("language")) draw(); });
    draw();
  }

  function measured(node, name) {
    new ResizeObserver(() => document.body.style.setProperty(name, `${node.offsetHeight}px`)).observe(node);
  }

  function escaped(text) {
    return lifecircle.element("span", { text }).innerHTML;
  }

  async function start(map, id) {
    const pack = await lifecircle.open(document.getElementById(id).textContent);
    const model = new lifecircle.Model(pack);
    const [west, south, east, north] = model.content.bounds;
    if (PHONE.matches) document.body.classList.add("folded");
    const actions = actionsOf(map, model);
    const panel = new lifecircle.Panel(model, map, actions);
    const home = () => map.fitBounds([[south, west], [north, east]], { ...room(), animate: false });
    addControls(map, model, home);
    // What stands at the foot of a phone's map stands on the panel, one thing above the other.
    measured(panel.root, "--panel-height");
    measured(map.getContainer().querySelector(".leaflet-control-attribution"), "--attribution-height");
    home();
    map.setMinZoom(Math.max(3, map.getZoom() - 3));
    const { marks, above, below } = addLayers(map, model, pack);
    const sheet = new lifecircle.Sheet(model, map, panel);
    actions.sheet = (open) => sheet.show(open);
    actions.uncovered = () => above.redraw();
    listen(map, model, marks, above, actions);
    if (model.content.view === "sheet") sheet.show(true);
    Object.assign(lifecircle, { map, model, actions, marks, above, below });
    document.body.classList.add("ready");
  }

  lifecircle.start = (map, id) => {
    if (typeof DecompressionStream === "undefined") {
      document.querySelector(".old-browser").hidden = false;
      return;
    }
    start(map, id);
  };
})(window.lifecircle);
