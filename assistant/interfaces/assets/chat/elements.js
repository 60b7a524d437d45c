// A description of an element → the element. Text goes in as text: nothing in here reads markup but `markup` itself.
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "markup") element.innerHTML = value; // only what the server has made harmless
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const find = (selector, within = document) => within.querySelector(selector);
const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

const keep = (name, value) => {
  try { localStorage.setItem(`assistant.${name}`, value); } catch { /* a browser that keeps nothing asks again */ }
};
const kept = (name) => {
  try { return localStorage.getItem(`assistant.${name}`); } catch { return null; }
};

const iconButton = (icon, label, onclick, attributes = {}) =>
  make("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...attributes }, drawIcon(icon));

const phone = matchMedia("(max-width: 767px)");
const narrow = matchMedia("(max-width: 1099px)");
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

const later = (work, milliseconds) => {
  let timer;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => work(...given), milliseconds); };
};
