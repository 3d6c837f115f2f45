// What htmx requests share: a fresh CSRF token, plain words for failures, and "open in a new tab" left to the browser.
import { cookie, failure, on, one, text } from "./dom.js";
import { toast } from "./toast.js";

document.addEventListener("htmx:configRequest", (event) => {
  const { headers, parameters, verb } = event.detail;
  if (verb === "get") return;
  // Signing in again renews the token; the cookie always holds the one that counts.
  const fresh = cookie("csrftoken");
  headers["X-CSRFToken"] = fresh;
  if (parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = fresh;
});

/** Say in the target itself that it failed, with a way to try again; elsewhere a toast says it. */
function sayFailed(target, sentence) {
  const template = one("#failed-template");
  const inPlace = target && (target.id === "panel" || target.matches("[data-retry]"));
  if (!inPlace || !template) {
    toast({ text: sentence, level: "error" });
    return;
  }
  target.replaceChildren(template.content.cloneNode(true));
  one("[data-failure]", target).textContent = sentence;
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status === 401) return;
  // The form stays as it is, and so does its token: sending it again counts once.
  sayFailed(target, xhr.status === 503 ? text("unavailable") : failure(xhr.getResponseHeader("X-Request-Id")));
});
on("click", "[data-try-again]", (event, button) => {
  const place = button.closest("[data-retry]");
  if (place) window.htmx.trigger(place, "retry");
  else document.dispatchEvent(new CustomEvent("panel:retry"));
});
on("click", "a[hx-get]", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopImmediatePropagation();
}, true);
