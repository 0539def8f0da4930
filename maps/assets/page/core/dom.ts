// Elements of the page. Whatever is given as a child is text, never markup.

import { type Values, parts } from "./words";

type Attribute = string | number | boolean | null | undefined;
type Attributes = Readonly<Record<string, Attribute>>;
export type Child = Node | string | null;

const SVG = "http://www.w3.org/2000/svg";

// An attribute that is false or missing is left out; one that is true is there without a value.
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  setAttributes(node, attributes);
  node.append(...children.filter((child) => child !== null));
  return node;
}

export function button(attributes: Attributes, press: () => void, ...children: Child[]): HTMLButtonElement {
  const node = element("button", { type: "button", ...attributes }, ...children);
  node.addEventListener("click", press);
  return node;
}

export function drawn<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes,
  ...children: (Node | string)[]
): SVGElementTagNameMap[Name] {
  const node = document.createElementNS(SVG, name);
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

function setAttributes(node: Element, attributes: Attributes): void {
  Object.entries(attributes).forEach(([key, value]) => {
    if (value === null || value === undefined || value === false) return;
    node.setAttribute(key, value === true ? "" : String(value));
  });
}

// Draws something anew and gives the focus back to the control that had it.
export function keepingFocus(within: Element, attribute: string, draw: () => void): void {
  const focus = document.activeElement?.getAttribute(attribute);
  draw();
  if (focus) within.querySelector<HTMLElement>(`[${attribute}="${focus}"]`)?.focus();
}

// A template filled in, with the parts named in `strong` set off from the rest.
export function sentence(template: string, values: Values, strong: readonly string[]): DocumentFragment {
  const out = document.createDocumentFragment();
  parts(template, values).forEach(({ text, key }) => {
    out.append(key !== null && strong.includes(key) ? element("strong", {}, text) : text);
  });
  return out;
}

// What a button without words is called, for those who point at it and for those who cannot see it.
export function nameButton(node: HTMLElement, name: string): void {
  node.title = name;
  node.setAttribute("aria-label", name);
}

// An element that the page cannot be without.
export function need(selector: string, within: ParentNode = document): HTMLElement {
  const found = within.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}
