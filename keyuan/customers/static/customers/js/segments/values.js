// Editors of the right side of a comparison, one for each shape of value. Each is native and reached by the keyboard.
import { all, one } from "../../../keyuan/js/dom.js";

const SCALE = { money: 100, share: 100 };
const MANY = 12;
const PAUSE = 250;

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const input = (type, label, value, change, more = {}) => {
  const made = element("input", { type, class: "form-control", "aria-label": label, ...more });
  made.value = value ?? "";
  made.addEventListener("input", () => change(made.value));
  return made;
};

function number(field, texts, value, change, label = texts.value) {
  const scale = SCALE[field.kind] || 1;
  const shown = Number.isInteger(value) ? value / scale : "";
  const read = (text) => change(text === "" ? null : Math.round(Number(text) * scale));
  const box = input("number", `${field.label} ${label}`, shown, read, { step: scale > 1 ? "any" : "1", inputmode: "decimal", class: "form-control num" });
  return box;
}

function pair(make, value, change, texts) {
  const ends = Array.isArray(value) ? [...value] : [null, null];
  const set = (at) => (end) => { ends[at] = end; change([...ends]); };
  return [make(ends[0], set(0), texts.from), element("span", { class: "text-muted" }, "–"), make(ends[1], set(1), texts.to)];
}

function label(menu, field, code) {
  const known = field.choices.find(([one]) => one === code);
  return known?.[1] ?? menu.names[`${field.kind}:${code}`] ?? code;
}

/** Codes: a list of boxes that folds away; long ones and those of the server have a search of their own. */
function codes(menu, field, value, change, search) {
  const chosen = new Set(Array.isArray(value) ? value : []);
  const words = element("span", { class: "text-truncate" });
  const list = element("div", { class: "seg-choices" });
  const tell = () => {
    const names = [...chosen].map((code) => label(menu, field, code));
    words.textContent = names.length === 0 ? menu.texts.choose : names.join("、");
  };
  const box = ([code, name]) => {
    const tick = element("input", { type: "checkbox", class: "form-check-input", value: code });
    tick.checked = chosen.has(code);
    tick.addEventListener("change", () => {
      if (tick.checked) chosen.add(code); else chosen.delete(code);
      menu.names[`${field.kind}:${code}`] = name;
      tell();
      change([...chosen]);
    });
    return element("label", { class: "form-check" }, tick, element("span", {}, name));
  };
  const fill = (choices) => list.replaceChildren(...(choices.length ? choices.map(box) : [element("p", { class: "small text-muted" }, menu.texts.noMatch)]));
  const first = () => (field.searched ? [...chosen].map((code) => [code, label(menu, field, code)]) : field.choices);
  const find = finder(menu, field, fill, first, search);
  const details = element("details", { class: "seg-pick" },
    element("summary", { class: "form-select", "aria-label": `${field.label} ${menu.texts.value}` }, words), element("div", { class: "seg-options" }, find, list));
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    all("details.seg-pick[open]").filter((other) => other !== details).forEach((other) => { other.open = false; });
    if (field.searched) search(field, "").then((found) => fill([...first(), ...found.filter(([code]) => !chosen.has(code))]));
    // The event comes a moment after the key: whoever has moved on to a box in between stays there.
    if (one(":focus", details)?.tagName === "INPUT") return;
    (one("input[type=search]", details) || one("input", details))?.focus();
  });
  fill(first());
  tell();
  return [details];
}

function finder(menu, field, fill, first, search) {
  if (!field.searched && field.choices.length <= MANY) return null;
  let waiting = 0;
  return input("search", menu.texts.search, "", (text) => {
    clearTimeout(waiting);
    if (!field.searched) {
      const wanted = text.trim().toLowerCase();
      fill(field.choices.filter(([, name]) => name.toLowerCase().includes(wanted)));
      return;
    }
    waiting = setTimeout(async () => fill(text.trim() ? await search(field, text) : [...first(), ...(await search(field, ""))]), PAUSE);
  }, { placeholder: menu.texts.search });
}

/** The elements that edit ``node.value``; ``change`` hears of the new value. */
export function editor({ menu, field, shape, value, change, search }) {
  const { texts } = menu;
  const makers = {
    codes: () => codes(menu, field, value, change, search),
    number: () => [number(field, texts, value, change)],
    numbers: () => pair((end, set, word) => number(field, texts, end, set, word), value, change, texts),
    days: () => [number({ ...field, kind: "number" }, texts, value, change), element("span", { class: "text-muted" }, texts.days)],
    day: () => [input("date", `${field.label} ${texts.value}`, value, change)],
    span: () => pair((end, set, word) => input("date", `${field.label} ${word}`, end, set), value, change, texts),
    text: () => [input("text", `${field.label} ${texts.value}`, value, change, { maxlength: 60 })],
  };
  return shape ? makers[shape]() : [];
}

document.addEventListener("keydown", (event) => {
  const open = one("details.seg-pick[open]");
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  one("summary", open).focus();
});
document.addEventListener("pointerdown", (event) => {
  all("details.seg-pick[open]").filter((open) => !open.contains(event.target)).forEach((open) => { open.open = false; });
});
