// The side panel: a row's link loads into it, Enter opens the record itself, Esc closes it and returns the focus.
import { all, on, one } from "./dom.js";

const panel = () => one("#panel");
let opener = null;

export const isOpen = () => Boolean(panel()) && !panel().hidden;

export function close() {
  if (!isOpen()) return;
  panel().hidden = true;
  panel().replaceChildren();
  all("tr.open").forEach((row) => row.classList.remove("open"));
  opener?.focus({ preventScroll: true });
  opener = null;
}

/** Open the record of the panel as a page of its own. */
export function promote() {
  const link = one("[data-full]", panel());
  if (link) location.assign(link.href);
  return Boolean(link);
}

export const showsRow = (row) => isOpen() && row?.classList.contains("open");

document.addEventListener("htmx:beforeRequest", (event) => {
  const { target, elt } = event.detail;
  if (target !== panel() || elt.closest("#panel")) return;
  opener = elt;
  all("tr.open").forEach((row) => row.classList.remove("open"));
  elt.closest("tr")?.classList.add("open");
  if (panel().hidden) {
    panel().hidden = false;
    panel().replaceChildren(one("#panel-template").content.cloneNode(true));
  }
  panel().dataset.loading = "yes";
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target === panel()) delete panel().dataset.loading;
});
document.addEventListener("panel:retry", () => opener?.click());
on("click", "[data-panel-close]", close);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || one("dialog[open]") || event.target.closest("[data-edit]")) return;
  close();
});
