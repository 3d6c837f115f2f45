// Toasts: from the page, from HX-Trigger {"toast": [{text, level, undo}]}, or from other modules.
import { all, on, one, post, text } from "./dom.js";

const SECONDS = 8;

export function toast({ text: sentence, level = "success", undo = "" }) {
  const element = one("#toast-template")?.content.firstElementChild.cloneNode(true);
  if (!element) return;
  one("[data-text]", element).textContent = sentence;
  element.classList.add("toast-" + level);
  if (level !== "success") {
    const use = one("use", element);
    use.setAttribute("href", use.getAttribute("href").replace("#i-check", "#i-alert-triangle"));
  }
  if (undo) Object.assign(one("[data-undo]", element), { hidden: false }).dataset.undo = undo;
  else one("[data-undo]", element).remove();
  one("#toasts").append(element);
  fade(element);
}

/** A toast leaves by itself unless it is read with the pointer or reports a failure. */
function fade(element) {
  if (element.matches(".toast-error")) return;
  let left = SECONDS;
  const tick = setInterval(() => {
    if (element.matches(":hover, :focus-within")) return;
    left -= 1;
    if (left > 0) return;
    clearInterval(tick);
    element.remove();
  }, 1000);
}

on("click", "[data-dismiss]", (event, button) => button.closest("[data-toast]").remove());
on("click", "button[data-undo]", async (event, button) => {
  button.disabled = true;
  const { status, data } = await post(button.dataset.undo, {});
  button.closest("[data-toast]").remove();
  if (status >= 200 && status < 400) {
    toast({ text: data.text || text("undone") });
    document.body.dispatchEvent(new CustomEvent("records:changed", { bubbles: true }));
  } else {
    toast({ text: data.error, level: "error" });
  }
});
document.addEventListener("toast", (event) => {
  const detail = event.detail.value ?? event.detail;
  (Array.isArray(detail) ? detail : [detail]).forEach(toast);
});
all("#toasts > [data-toast]").forEach(fade);
