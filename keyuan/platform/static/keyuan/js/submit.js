// One press, one record: a form being sent is busy, and carries a token that names the attempt.
import { all, on, onContent, one, token } from "./dom.js";

onContent((root) => {
  const forms = root.matches?.("form[data-form]") ? [root] : all("form[data-form]", root);
  forms.forEach((form) => {
    if (one("input[name=idempotency]", form)) return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "idempotency", value: token() }));
  });
});

function renew(form) {
  const field = form.matches("form[data-form]") && one("input[name=idempotency]", form);
  if (field) field.value = token();
}

function busy(form, isBusy) {
  form.toggleAttribute("data-busy", isBusy);
  all("button[type=submit], button:not([type])", form).forEach((button) => {
    if (isBusy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  });
}

on("submit", "form", (event, form) => {
  if (form.closest("dialog") && form.method === "dialog") return;
  if (form.hasAttribute("data-busy")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.method !== "post") return;
  // At once: htmx would queue a second press and send it after the first.
  busy(form, true);
  if (!form.hasAttribute("hx-post")) setTimeout(() => { if (event.defaultPrevented) busy(form, false); });
}, true);
document.addEventListener("htmx:validation:halted", (event) => { if (event.target.matches("form")) busy(event.target, false); });
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form");
  // What is typed from now on is another attempt, even if it says the same.
  if (form && event.detail.successful) renew(form);
  // A form that leads to another page stays busy until that page is there.
  if (form && !event.detail.xhr?.getResponseHeader("HX-Redirect")) busy(form, false);
});
addEventListener("pageshow", (event) => { if (event.persisted) all("form[data-busy]").forEach((form) => busy(form, false)); });
onContent((root) => one("[data-error-summary]", root)?.focus());
