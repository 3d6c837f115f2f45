// Confirmation: names the object and the consequence, asks for the reason where one is kept.
// Any button, link or form carries data-confirm (title), data-consequence, data-verb, data-reason="required".
import { on, one, text } from "./dom.js";

let proceed = null;

/** Ask; answers {reason} or null. */
export function ask({ title, consequence = "", verb = "", reason = false, choices = false, danger = false }) {
  const dialog = one("#confirm");
  one("#confirm-title").textContent = title;
  one("[data-consequence]", dialog).textContent = consequence;
  if (verb) one("[data-verb]", dialog).textContent = verb;
  one("[data-verb]", dialog).classList.toggle("btn-danger", danger);
  one("[data-reason]", dialog).hidden = !reason;
  one("[data-reason-choices]", dialog).hidden = !choices;
  one(".invalid-feedback", dialog).hidden = true;
  one("#confirm-reason").value = "";
  dialog.showModal();
  (reason ? one("#confirm-reason") : one("[data-verb]", dialog)).focus();
  return new Promise((resolve) => { proceed = resolve; });
}

function settle(answer) {
  const resolve = proceed;
  proceed = null;
  one("#confirm").close();
  if (resolve) resolve(answer);
}

on("submit", "#confirm form", (event, form) => {
  event.preventDefault();
  const needed = !one("[data-reason]", form).hidden;
  const reason = one("#confirm-reason").value.trim();
  if (needed && !reason) {
    one(".invalid-feedback", form).hidden = false;
    one("#confirm-reason").focus();
    return;
  }
  settle({ reason });
});
// A usual reason is one press; it stands in the field, where it can be said more exactly.
on("click", "[data-reason-choice]", (event, button) => {
  one("#confirm-reason").value = button.textContent.trim();
  one("#confirm-reason").focus();
});
on("close", "#confirm", () => settle(null), true);
on("click", "dialog [data-close]", (event, button) => button.closest("dialog").close());

const isDanger = (element) => element.matches(".btn-danger, .danger") || Boolean(element.matches("form") && one(".btn-danger, .danger", element));

async function confirmFirst(event, element) {
  if (element.dataset.confirmed) {
    delete element.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const { confirm: title, consequence, verb, reason } = element.dataset;
  const answer = await ask({ title, consequence, verb, reason: reason === "required", danger: isDanger(element) });
  if (!answer) return;
  element.dataset.confirmed = "yes";
  element.dataset.reasonValue = answer.reason;
  const form = element.matches("form") ? element : element.form;
  if (form && answer.reason) {
    const field = one("input[name=reason]", form) || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "reason" }));
    field.value = answer.reason;
  }
  if (element.matches("form")) element.requestSubmit();
  else element.click();
}

on("click", "button[data-confirm], a[data-confirm]", confirmFirst, true);
on("submit", "form[data-confirm]", confirmFirst, true);
document.addEventListener("htmx:configRequest", (event) => {
  const reason = event.detail.elt.dataset.reasonValue;
  if (reason) event.detail.parameters.reason = reason;
});
on("click", "[data-copy]", async (event, button) => {
  // Copies what the page shows: a masked value is copied masked.
  await navigator.clipboard?.writeText(button.dataset.copy || button.textContent.trim());
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: text("copied") } }));
});
