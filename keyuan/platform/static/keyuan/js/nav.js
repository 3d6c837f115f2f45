// The left navigation folds to icons and remembers it; the clock in the foot keeps time.
import { all, memory, on, one, text } from "./dom.js";

const root = document.documentElement;

function show() {
  const narrow = root.dataset.nav === "narrow";
  all("[data-nav-fold]").forEach((button) => {
    const label = text(narrow ? "narrow" : "wide");
    button.setAttribute("aria-label", label);
    button.title = label;
    button.setAttribute("aria-pressed", String(narrow));
  });
}

on("click", "[data-nav-fold]", () => {
  if (root.dataset.nav === "narrow") delete root.dataset.nav;
  else root.dataset.nav = "narrow";
  memory.set("nav", root.dataset.nav || "wide");
  show();
});
// Groups fold; what one opened or folded oneself is remembered, the group of the page always stands open.
const folds = JSON.parse(memory.get("nav-groups") || "{}");
all("[data-nav-group]").forEach((head) => {
  const open = folds[head.dataset.navGroup];
  const here = head.nextElementSibling?.querySelector("[aria-current]");
  if (open !== undefined && !here) head.setAttribute("aria-expanded", String(open));
});
on("click", "[data-nav-group]", (event) => {
  const head = event.target.closest("[data-nav-group]");
  const open = head.getAttribute("aria-expanded") !== "true";
  head.setAttribute("aria-expanded", String(open));
  folds[head.dataset.navGroup] = open;
  memory.set("nav-groups", JSON.stringify(folds));
});
on("click", "[data-back]", () => history.back());
show();

// The book's time may differ from the wall clock: count on from what the server said.
const clock = one("[data-clock]");
const began = Date.now();
const served = clock ? clock.textContent.trim().match(/^(\d+)-(\d+)-(\d+) (\d+):(\d+)$/) : null;
if (served) {
  const [year, month, day, hour, minute] = served.slice(1).map(Number);
  const start = Date.UTC(year, month - 1, day, hour, minute);
  setInterval(() => {
    clock.textContent = new Date(start + Date.now() - began).toISOString().slice(0, 16).replace("T", " ");
  }, 15000);
}
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  all("[data-mod-key]").forEach((key) => { key.textContent = "⌘ " + key.dataset.modKey; });
}
