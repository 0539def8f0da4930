// The page of one place: who gets there, what is around it, who is held off. It is printed on one sheet of A4.

import { button, element } from "../core/dom";
import { hoursInWords } from "../core/hours_words";
import type { Model } from "../core/model";
import type { AroundRow, PlaceCase, PlaceContent, WithinRow } from "../core/place_content";
import { count } from "../core/words";
import { qrCode } from "./qr";

const KEY = "place";
const CASE = "c";
const LISTED = 20; // rows of what is around: with them the page fits on one sheet
const PAPER = "@page { size: A4 portrait; margin: 12mm; }";

export class PlacePage {
  private readonly root = element("section", { class: "place-page", role: "dialog", hidden: true });
  private readonly paper = element("style", {}, PAPER);
  private readonly byId: ReadonlyMap<string, PlaceContent>;
  private readonly byFacility: ReadonlyMap<number, PlaceContent>;
  private shown: string | null = null;
  private before: Element | null = null;
  private changed: () => void = () => undefined;

  constructor(private readonly model: Model) {
    const { places } = model.content;
    this.byId = new Map(places.map((each) => [each.id, each]));
    this.byFacility = new Map(places.map((each) => [each.facility, each]));
    document.body.append(this.root);
    model.onChange((changed) => {
      if (changed.has("language") || changed.has("case")) this.draw();
    });
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.show(null);
    });
  }

  // What the address says while the page is open; null where the map is shown.
  get hash(): string | null {
    return this.shown === null ? null : placeHash(this.shown, this.model);
  }

  onChange(changed: () => void): void {
    this.changed = changed;
  }

  // Shows what an address asks for.
  follow(hash: string): void {
    const given = new URLSearchParams(hash.replace(/^#/, ""));
    this.show(given.get(KEY), false);
  }

  opener(facility: number): HTMLElement | null {
    const place = this.byFacility.get(facility);
    if (!place) return null;
    const open = (): void => {
      this.show(place.id);
    };
    return button({ class: "to-grid open-place" }, open, this.model.word("place_open"));
  }

  show(id: string | null, isNew = true): void {
    if (id !== null && this.shown === null) this.before = document.activeElement;
    this.shown = id;
    this.root.hidden = id === null;
    document.body.classList.toggle("place-view", id !== null);
    if (id === null) this.paper.remove();
    else document.head.append(this.paper);
    if (isNew) this.changed();
    this.draw();
    if (id !== null) this.root.querySelector<HTMLElement>("button")?.focus();
    else if (this.before instanceof HTMLElement) this.before.focus();
  }

  private draw(): void {
    if (this.shown === null) return;
    const { model } = this;
    const place = this.byId.get(this.shown);
    const body = place ? this.body(place) : [element("p", {}, model.word("place_unknown"))];
    this.root.setAttribute("aria-label", place?.name ?? model.word("place_unknown"));
    this.root.replaceChildren(this.buttons(), element("article", {}, ...body));
  }

  private buttons(): HTMLElement {
    const close = (): void => {
      this.show(null);
    };
    const print = (): void => {
      window.print();
    };
    const { model } = this;
    return element(
      "nav",
      {},
      button({ class: "close-place" }, close, model.word("place_close")),
      button({ class: "print-place" }, print, model.word("place_print")),
    );
  }

  private body(place: PlaceContent): HTMLElement[] {
    const { model } = this;
    const own = place.cases[model.state.case];
    return [
      this.head(place),
      ...own.said.map((text, at) => element("p", { class: at ? "said" : "said first" }, model.say(text))),
      this.facts(place),
      this.within(own),
      this.stations(own),
      this.around(own),
      this.foot(place),
    ];
  }

  private head(place: PlaceContent): HTMLElement {
    const { model } = this;
    const { profile, hour, name } = model.content.cases[model.state.case];
    const travels = name ? model.say(name) : `${model.say(profile)} · ${model.say(hour)}`;
    const kinds = [model.say(place.layer), model.say(place.category)].filter((each) => each !== "");
    return element(
      "header",
      {},
      element("h1", {}, place.name),
      element("p", { class: "kind" }, [...new Set(kinds), travels].join(" · ")),
    );
  }

  private facts(place: PlaceContent): HTMLElement {
    const { model } = this;
    const { opening_hours, address, phone } = model.facilities;
    const of = (texts: readonly (string | null)[]): string => (place.facility < 0 ? "" : (texts[place.facility] ?? ""));
    const rows = [
      ["place_offer", place.offer],
      ["place_agreement", place.agreement.join(model.state.language === "zh" ? "、" : ", ")],
      ["place_since", place.since],
      ["hours", hoursInWords(of(opening_hours), model.state.language)],
      ["address", of(address)],
      ["phone", of(phone)],
    ];
    return element(
      "dl",
      {},
      ...rows.flatMap(([key, value]) =>
        value === "" ? [] : [element("dt", {}, model.word(key)), element("dd", {}, value)],
      ),
    );
  }

  private within({ within }: PlaceCase): HTMLElement {
    const { model } = this;
    const names = [...within[0][2], ...within[0][3]].map(([name]) => model.say(name));
    const heads = [model.word("place_within"), model.word("place_people"), ...names];
    const rows = within.map((row: WithinRow) => [
      model.word("place_minutes", { n: String(row[0]) }),
      model.people(row[1]),
      ...[...row[2], ...row[3]].map(([, people]) => model.people(people)),
    ]);
    return table("within", heads, rows);
  }

  private stations({ stations }: PlaceCase): HTMLElement {
    const { model } = this;
    const heads = ["place_stations", "place_name", "place_walk"].map((key) => model.word(key));
    const rows = stations.map(([tier, name, minutes]) => [
      tier ? model.say(tier) : model.word("place_any"),
      name,
      count(minutes),
    ]);
    return table("stations", heads, rows);
  }

  private around({ around, circle }: PlaceCase): HTMLElement {
    const { model } = this;
    const heads = [
      model.word("place_around", { n: String(circle) }),
      ...["place_category", "place_count", "place_nearest", "place_walk"].map((key) => model.word(key)),
    ];
    const rows = around.slice(0, LISTED).map(([role, category, number, name, minutes]: AroundRow) => [
      model.word(`place_${role}`),
      model.say(category),
      count(number),
      name,
      count(minutes),
    ]);
    const more = around.length - rows.length;
    const rest = more ? element("p", { class: "kind" }, model.word("place_more", { n: count(more) })) : null;
    return element("div", {}, table("around", heads, rows), rest);
  }

  private foot(place: PlaceContent): HTMLElement {
    const { model } = this;
    const address = window.location.href.replace(/#.*$/, "") + placeHash(place.id, model);
    const isPublic = window.location.protocol.startsWith("http");
    const { unit, date, run } = model.content.sheet;
    return element(
      "footer",
      {},
      qrCode(address),
      element(
        "div",
        {},
        element("p", {}, model.word(isPublic ? "place_scan" : "place_scan_here")),
        element("p", {}, model.word("place_note")),
        element("p", {}, [model.content.title, unit, date, run].filter((each) => each).join(" · ")),
      ),
    );
  }
}

function placeHash(id: string, { content, state }: Model): string {
  const out = new URLSearchParams();
  out.set(KEY, id);
  if (content.cases.length > 1) out.set(CASE, String(state.case));
  return `#${out.toString().replace(/%3A/g, ":")}`;
}

function table(name: string, heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  if (!rows.length) return element("div", { hidden: true });
  const head = element("tr", {}, ...heads.map((each) => element("th", { scope: "col" }, each)));
  const body = rows.map((row) => element("tr", {}, ...row.map((each) => element("td", {}, each))));
  return element("table", { class: name }, element("thead", {}, head), element("tbody", {}, ...body));
}
