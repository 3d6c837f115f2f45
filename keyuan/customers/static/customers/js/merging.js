// Deciding pairs by key: J and K walk the queue, M merges, N says "two persons", S skips; not while somebody types.
import { one } from "../../keyuan/js/dom.js";

const typing = (target) => target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const button = one(`[data-hot="${CSS.escape(event.key.toUpperCase())}"]`);
  if (!button || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  const reason = one("#merge-reason");
  if (button.dataset.hot === "M" && reason && !reason.value.trim()) reason.focus();
  else button.click();
});
