// Knowledge beside an answer: its text goes into the reply by a click or Enter, arrow keys walk the hits, Escape goes back.
import { all, on, one } from "../../keyuan/js/dom.js";
import { bind } from "../../keyuan/js/keyboard.js";

const box = () => one("[data-beside]");
const side = () => one(".is-over");

/** Show what stands beside a conversation over it, or put it away; on wide screens it is there anyway. */
function showSide(panel, isShown) {
  panel.classList.toggle("is-over", isShown);
  all("[data-side]").forEach((button) => button.setAttribute("aria-expanded", String(isShown)));
}

/** Where texts go: the field that the hits name. */
function field() {
  const button = one("[data-insert-into]", box());
  return button && one(button.dataset.insertInto);
}

// The reply that the words went into has to be seen.
on("click", "[data-insert-into]", () => {
  if (side()) showSide(side(), false);
});

on("keydown", "[data-beside]", (event, card) => {
  if (event.isComposing) return;
  if (event.key === "Escape" && field()) {
    if (side()) showSide(side(), false);
    field().focus();
  }
  if (!/^Arrow(Up|Down)$/.test(event.key)) return;
  const stops = [one("input[type=search]", card), ...all("[data-insert-into], [data-said]", card)];
  const at = stops.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  stops[Math.min(stops.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
});

on("click", "[data-side]", (event, button) => {
  const panel = one(button.dataset.side);
  showSide(panel, !panel.classList.contains("is-over"));
  if (side()) one("input, a, button", panel)?.focus();
});

bind("knowledge", () => {
  const search = one("[data-hotkey=knowledge]");
  if (!search.offsetParent) one("[data-side]")?.click();
  search.focus();
}, () => Boolean(box()));

// What the visitor says now is what is asked, unless somebody is searching.
document.body.addEventListener("live:chat", () => {
  const card = box();
  if (!card || card.contains(document.activeElement) || one("input[type=search]", card).value) return;
  window.htmx?.trigger(one("#beside-hits"), "beside-again");
});
