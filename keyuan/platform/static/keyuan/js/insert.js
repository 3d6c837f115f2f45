// Prepared words go into a field by a press: [data-insert-into] names the field, data-text holds the words.
import { on, one } from "./dom.js";

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
  const place = one(button.dataset.insertInto);
  if (!place) return;
  button.closest("details.menu")?.removeAttribute("open");
  insert(place, button.dataset.text);
});
