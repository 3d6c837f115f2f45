// Keys of the call page: 1 to 9 choose an answer of the question at hand, R goes to the result. The question at hand is the
// one that holds the focus, else the first without answer.
import { all, one } from "../../keyuan/js/dom.js";
import { bind } from "../../keyuan/js/keyboard.js";

const MOST = 9;
const open = () => all("[data-question]:not([hidden]):not([disabled])");
const isOpen = (question) => !("answered" in question.dataset);
const after = (question) => open().slice(open().indexOf(question) + 1).find(isOpen);

function current() {
  const held = document.activeElement?.closest("[data-question]");
  return held && !held.disabled ? held : open().find(isOpen);
}

function choose(number) {
  const question = current();
  const option = question && all("input[type=radio], input[type=checkbox]", question)[number - 1];
  if (!option) return false;
  option.click();
  if (option.type === "radio") one("input, textarea", after(question) ?? question)?.focus();
  return true;
}

for (let number = 1; number <= MOST; number += 1) bind(`answer-${number}`, () => choose(number), () => open().length > 0);

bind("call-result", () => {
  const first = one("#form-outcome input[type=radio]");
  first?.focus();
  return Boolean(first);
}, () => Boolean(one("#form-outcome")));

// The knowledge base beside the call follows the question at hand.
document.addEventListener("focusin", (event) => {
  const asked = one("#call-question");
  const key = event.target.closest?.("[data-question]")?.dataset.question;
  if (!asked || !key || asked.value === key) return;
  asked.value = key;
  asked.dispatchEvent(new Event("input", { bubbles: true }));
});

// Text is kept while it is typed: its field is not drawn anew, so only the mark of the question changes.
document.addEventListener("htmx:afterRequest", (event) => {
  const question = event.target.closest?.("[data-question]");
  const typed = question && one("textarea", question);
  if (!typed || !event.detail.successful) return;
  question.toggleAttribute("data-answered", Boolean(typed.value.trim()));
  question.classList.toggle("is-answered", Boolean(typed.value.trim()));
});
