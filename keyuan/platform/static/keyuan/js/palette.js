// The command palette (Ctrl/⌘ K) and the search box of the top bar, which share one list of results.
import { all, on, one } from "./dom.js";
import { bind } from "./keyboard.js";
import { setTheme } from "./theme.js";

const DELAY = 120;
const palette = () => one("#palette");
const box = () => one("#palette-text");
const results = () => one("#palette-results");
let timer = 0;
let asked = 0;
let shown = null;

const commands = {
  "theme-light": () => setTheme("light"),
  "theme-dark": () => setTheme("dark"),
  "theme-system": () => setTheme("system"),
  keyboard: () => one("#keys").showModal(),
  print: () => print(),
};

async function ask(wanted) {
  const number = ++asked;
  const address = new URL(box().dataset.url, location.href);
  address.searchParams.set("q", wanted);
  const subject = document.body.dataset.subject;
  if (subject) address.searchParams.set("subject", subject);
  let response;
  try {
    response = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  } catch (error) {
    return;
  }
  if (response.status === 401) {
    palette().close();
    document.dispatchEvent(new CustomEvent("session:expired"));
    return;
  }
  // An answer that comes late must not overwrite a later one.
  if (number !== asked || !response.ok) return;
  results().innerHTML = await response.text();
  shown = wanted;
  choose(all(".palette-hit", results())[0]);
}

function choose(hit) {
  all(".palette-hit", results()).forEach((other) => other.setAttribute("aria-selected", String(other === hit)));
  if (hit) {
    box().setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  } else {
    box().removeAttribute("aria-activedescendant");
  }
}

const chosen = () => one('.palette-hit[aria-selected="true"]', results());

/** Enter right after typing means what was typed, not what the list still shows. */
async function enter(newTab) {
  const wanted = box().value.trim();
  clearTimeout(timer);
  if (shown !== wanted) await ask(wanted);
  if (shown === wanted && chosen()) follow(chosen(), newTab);
}

function follow(hit, newTab) {
  const command = commands[hit.dataset.action];
  palette().close();
  if (command) command();
  else if (newTab) window.open(hit.href, "_blank", "noopener");
  else location.assign(hit.href);
}

export function open(start = "") {
  if (!palette().open) palette().showModal();
  box().value = start;
  box().focus();
  shown = null;
  ask(start);
}

on("input", "#palette-text", (event, input) => {
  if (event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(() => ask(input.value.trim()), DELAY);
});
on("compositionend", "#palette-text", (event, input) => ask(input.value.trim()));
on("keydown", "#palette-text", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const hits = all(".palette-hit", results());
  const at = hits.indexOf(chosen());
  if (event.key === "ArrowDown") choose(hits[(at + 1) % hits.length]);
  else if (event.key === "ArrowUp") choose(hits[(at - 1 + hits.length) % hits.length]);
  else if (event.key === "Enter") enter(event.ctrlKey || event.metaKey);
  else return;
  event.preventDefault();
});
on("click", ".palette-hit", (event, hit) => {
  if (!commands[hit.dataset.action]) return;
  event.preventDefault();
  follow(hit, false);
});
on("click", "#palette", (event, dialog) => { if (event.target === dialog) dialog.close(); });
on("click", "[data-palette]", () => open());
// The box of the top bar opens the same palette with what was typed, a composition included once it ends.
on("input", "[data-palette-input]", (event, input) => {
  if (event.isComposing || !input.value.trim()) return;
  open(input.value);
  input.value = "";
});
on("compositionend", "[data-palette-input]", (event, input) => { open(input.value); input.value = ""; });
on("click", "[data-palette-input]", () => open());
on("keydown", "[data-palette-input]", (event, input) => { if (event.key === "Escape") input.blur(); });
bind("palette", () => open());
