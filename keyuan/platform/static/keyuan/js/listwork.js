// What lists need beyond rows: a dialog that opens when htmx fills it, folded filters, thawing a frozen selection,
// and keeping the scroll position when the list reloads itself.
import { all, on, one } from "./dom.js";

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target;
  if (!dialog?.matches?.("dialog[data-swap-dialog]")) return;
  if (!dialog.childElementCount) dialog.close();
  else if (!dialog.open) dialog.showModal();
});
document.addEventListener("dialog:close", () => all("dialog[data-swap-dialog][open]").forEach((dialog) => dialog.close()));
on("close", "dialog[data-swap-dialog]", (event, dialog) => dialog.replaceChildren(), true);

on("click", "[data-toggle-more]", (event, button) => {
  const more = document.getElementById(button.dataset.toggleMore);
  more.hidden = !more.hidden;
  button.setAttribute("aria-expanded", String(!more.hidden));
  one("[data-less]", button).hidden = more.hidden;
  one("[data-more]", button).hidden = !more.hidden;
});

// Empty fields say nothing: they stay out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (!elt.matches("form.filterbar")) return;
  Object.keys(parameters).filter((name) => parameters[name] === "").forEach((name) => { delete parameters[name]; });
});

// Ticking or clearing rows while everything is selected gives the frozen selection up: reload shows the plain bar.
const thaw = () => { if (one("#selection[data-frozen]")) one("#list-here")?.dispatchEvent(new CustomEvent("records:changed", { bubbles: true })); };
on("click", "[data-thaw]", thaw);
on("change", "#list input[data-select], #list input[data-select-all]", thaw);

let top = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  top = event.detail.target.id === "list" && event.detail.elt?.id === "list-here" ? one(".list-scroll")?.scrollTop ?? 0 : 0;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!top) return;
  one(".list-scroll")?.scrollTo(0, top);
  top = 0;
});
