// Keeps what is typed into forms with data-draft until it is saved. Sealed fields, passwords and files are never stored:
// for those the browser asks before the page is left.
import { all, on, onContent, one, text } from "./dom.js";

const DELAY = 400;
const user = document.body.dataset.user || "";
const timers = new WeakMap();
let sealedTyped = false;

const keyOf = (form) => `draft:${user}:${location.pathname}:${form.dataset.draft}`;
const isKept = (field) => field.name && !/^(password|file|hidden|submit|button)$/.test(field.type)
  && field.name !== "csrfmiddlewaretoken" && !field.closest("[data-sealed]");

function read(form) {
  return [...form.elements].filter(isKept)
    .map((field) => [field.name, /^(checkbox|radio)$/.test(field.type) ? [field.value, field.checked] : field.value]);
}

function store(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch (error) { /* storage is off or full: the page still holds the text */ }
}

function stored(key) {
  try { return JSON.parse(sessionStorage.getItem(key)); } catch (error) { return null; }
}

function fill(form, entries) {
  entries.forEach(([name, value]) => {
    [...form.elements].filter((field) => field.name === name && isKept(field)).forEach((field) => {
      if (!Array.isArray(value)) field.value = value;
      else if (field.value === value[0]) field.checked = value[1];
    });
  });
}

function strip(form, before) {
  const bar = document.createElement("div");
  bar.className = "alert form-strip";
  bar.setAttribute("role", "status");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link btn-sm ms-auto", textContent: text("discard") });
  button.addEventListener("click", () => {
    fill(form, before);
    store(keyOf(form), null);
    bar.remove();
  });
  bar.append(Object.assign(document.createElement("span"), { textContent: text("restored") }), button);
  form.prepend(bar);
}

onContent((root) => {
  const forms = root.matches?.("form[data-draft]") ? [root] : all("form[data-draft]", root);
  forms.forEach((form) => {
    const kept = stored(keyOf(form));
    const before = read(form);
    // A form that came back with errors already shows what was typed.
    if (!kept || one("[aria-invalid=true]", form) || JSON.stringify(kept) === JSON.stringify(before)) return;
    fill(form, kept);
    strip(form, before);
  });
});

on("input", "form[data-draft]", (event, form) => {
  if (event.target.closest("[data-sealed]") && event.target.value) sealedTyped = true;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => store(keyOf(form), read(form)), DELAY));
});
// Before the answer leads to another page: once it does, the browser would ask about what is saved already.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.("form[data-draft]") || event.detail.xhr.status >= 400) return;
  clearTimeout(timers.get(form));
  sealedTyped = false;
  store(keyOf(form), null);
});
on("click", "[data-discard-draft]", (event, link) => {
  const form = link.closest("form[data-draft]");
  clearTimeout(timers.get(form));
  sealedTyped = false;
  store(keyOf(form), null);
});
addEventListener("beforeunload", (event) => { if (sealedTyped) event.preventDefault(); });
