// The customer's questionnaire: questions that hang on an answer show with it. Without scripts all of them show, and
// the server passes over what is not asked. After a refusal the first question without answer holds the focus.
import { all, one } from "../../keyuan/js/dom.js";

const form = one("#answers");

function show() {
  for (const question of all("[data-after]", form)) {
    const wanted = question.dataset.afterIn.split(",");
    const given = all(`[name="${question.dataset.after}"]:checked`, form).map((input) => input.value);
    question.hidden = !given.some((value) => wanted.includes(value));
  }
  all(".fu-question:not([hidden])", form).forEach((question, index) => {
    one(".fu-number", question).textContent = String(index + 1);
  });
}

if (form) {
  form.addEventListener("change", show);
  show();
  one(".fu-question.is-wrong input, .fu-question.is-wrong textarea", form)?.focus();
  form.addEventListener("submit", () => {
    // A double click sends once; the server takes one answer anyhow.
    one("button[type=submit]", form).disabled = true;
  });
}
