// List screens: the cursor (J, K), selection with the bulk bar, density, full screen, keeping place while paging.
// Markup: table[data-list] > tr[data-row]; input[data-select] in rows, input[data-select-all] in the head;
// [data-bulkbar] with [data-selected-count]; the row's link is a[data-open] or its first link.
import { all, memory, on, one, onContent, text } from "./dom.js";
import { bind } from "./keyboard.js";
import { promote, showsRow } from "./panel.js";

const rows = () => all("table[data-list] tbody tr[data-row]");
const cursor = () => one("tr.cursor");
const boxOf = (row) => one("input[data-select]", row);
let anchor = null;

function point(row) {
  if (!row) return;
  cursor()?.classList.remove("cursor");
  row.classList.add("cursor");
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const list = rows();
  if (!list.length) return false;
  const at = list.indexOf(cursor());
  point(list[at < 0 ? 0 : Math.min(Math.max(at + by, 0), list.length - 1)]);
  return true;
}

function showSelection() {
  const boxes = all("input[data-select]");
  const ticked = boxes.filter((box) => box.checked);
  boxes.forEach((box) => box.closest("tr").classList.toggle("selected", box.checked));
  const head = one("input[data-select-all]");
  if (head) {
    head.checked = ticked.length > 0 && ticked.length === boxes.length;
    head.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
  }
  const bar = one("[data-bulkbar]");
  if (!bar) return;
  bar.hidden = ticked.length === 0;
  all("[data-selected-count]", bar).forEach((place) => { place.textContent = text("selected", { count: ticked.length }); });
}

/** Tick the rows between the last ticked one and this one. */
function extend(row) {
  const list = rows();
  const from = list.indexOf(anchor ?? row);
  const to = list.indexOf(row);
  list.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((between) => { boxOf(between).checked = true; });
  anchor = row;
  showSelection();
}

function tick(row) {
  const box = row && boxOf(row);
  if (!box) return false;
  box.checked = !box.checked;
  anchor = row;
  showSelection();
  return true;
}

function open(row) {
  if (!row) return false;
  if (showsRow(row)) return promote();
  (one("a[data-open]", row) || one("a", row))?.click();
  return true;
}

on("click", "input[data-select]", (event, box) => {
  const row = box.closest("tr");
  point(row);
  if (event.shiftKey && box.checked) extend(row);
  else anchor = row;
  showSelection();
});
on("change", "input[data-select-all]", (event, head) => {
  all("input[data-select]").forEach((box) => { box.checked = head.checked; });
  showSelection();
});
on("click", "[data-select-none]", () => {
  all("input[data-select]").forEach((box) => { box.checked = false; });
  showSelection();
});
on("click", "table[data-list] tr[data-row]", (event, row) => point(row));

const isList = () => Boolean(one("table[data-list]"));
const canSelect = () => Boolean(one("input[data-select]"));
bind("next", () => step(1), isList);
bind("previous", () => step(-1), isList);
bind("select", () => tick(cursor()), canSelect);
bind("extend", () => { const row = cursor(); if (!row || !boxOf(row)) return false; extend(row); return true; }, canSelect);
bind("open", (event) => (event.target.closest("a, button, summary, input") ? false : open(cursor() || one("tr.open"))), isList);
document.addEventListener("keydown", (event) => {
  // Enter on the link of the row that the panel shows promotes it, even though the link has the focus.
  const row = event.key === "Enter" && !event.isComposing ? event.target.closest?.("tr.open") : null;
  if (row && event.target.matches("a") && showsRow(row)) { event.preventDefault(); event.stopImmediatePropagation(); promote(); }
}, true);

const DENSITIES = ["compact", "", "roomy"];
on("click", "[data-density-next]", () => {
  const root = document.documentElement;
  setDensity(DENSITIES[(DENSITIES.indexOf(root.dataset.density || "") + 1) % DENSITIES.length]);
});
on("click", "[data-density-set]", (event, button) => setDensity(button.dataset.densitySet));

function setDensity(density) {
  if (density) document.documentElement.dataset.density = density;
  else delete document.documentElement.dataset.density;
  memory.set("density", density);
  showDensity();
}

function showDensity() {
  const density = document.documentElement.dataset.density || "";
  all("[data-density-set]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.densitySet === density)));
}

on("click", "[data-full-screen]", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else one("#main").requestFullscreen();
});
onContent(() => { showSelection(); showDensity(); });
