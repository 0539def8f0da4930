// Numbers and sentences as a person would say them, in the language chosen.
(function (lifecircle) {
  "use strict";

  const count = (value) => Math.round(value).toLocaleString("en-US");

  // Never 100 % or 0 % while somebody is left out or in; the rule of geo/headline.py.
  function percent(part, whole, language) {
    if (!(whole > 0)) return "–";
    let share = (100 * part) / whole;
    if ((share >= 99 && share < 100) || (share > 0 && share < 1)) {
      share = Math.min(Math.max(Math.round(share * 10) / 10, 0.1), 99.9);
    }
    const digits = share % 1 && (share > 99 || share < 1) ? share.toFixed(1) : share.toFixed(0);
    return language === "zh" ? `${digits}%` : `${digits}\u00a0%`;
  }

  const bracketed = (text, language) => (language === "zh" ? `（${text}）` : `(${text})`);

  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
  }

  // Like fill, but as nodes, with the parts named in `strong` set off from the rest.
  function sentence(template, values, strong) {
    const out = document.createDocumentFragment();
    template.split(/(\{\w+\})/).forEach((part) => {
      const key = part.startsWith("{") ? part.slice(1, -1) : null;
      const text = key && key in values ? values[key] : part;
      out.append(key && strong.includes(key) ? lifecircle.element("strong", { text }) : text);
    });
    return out;
  }

  // Makes an element; `text` is always text, never markup.
  function element(name, options, ...children) {
    const { text, on, ...attributes } = options || {};
    const node = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
    });
    if (text !== undefined && text !== null) node.textContent = text;
    Object.entries(on || {}).forEach(([event, listener]) => node.addEventListener(event, listener));
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  Object.assign(lifecircle, { count, percent, bracketed, fill, sentence, element });
})(window.lifecircle);
