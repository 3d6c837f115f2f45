// Knowledge beside an answer: its text goes into the reply by a click or Enter, arrow keys walk the hits.
import { all, on, one } from "../../keyuan/js/dom.js";

/** Put text into a field where the cursor stands, and let drafts notice. */
function insert(field, text) {
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  const gap = field.value && start === field.value.length && !field.value.endsWith("\n") ? "\n" : "";
  field.setRangeText(gap + text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

on("click", "[data-insert-into]", (event, button) => {
  const field = one(button.dataset.insertInto);
  if (field) insert(field, button.dataset.text);
});

on("keydown", "[data-beside]", (event, box) => {
  if (!/^Arrow(Up|Down)$/.test(event.key) || event.isComposing) return;
  const stops = [one("input[type=search]", box), ...all("[data-insert-into]", box)];
  const at = stops.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  stops[Math.min(stops.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
});
