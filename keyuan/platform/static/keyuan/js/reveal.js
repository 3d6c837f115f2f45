// One masked field opened for 30 seconds after a reason; the value leaves the page again when the time is over.
import { on, one, post, text } from "./dom.js";
import { ask } from "./dialog.js";
import { toast } from "./toast.js";

const SECONDS = 30;

function show(button, place, value) {
  const masked = place.textContent;
  const left = Object.assign(document.createElement("span"), { className: "reveal-left" });
  let seconds = SECONDS;
  place.textContent = value;
  button.hidden = true;
  button.after(left);
  const hide = () => {
    clearInterval(timer);
    place.textContent = masked;
    button.hidden = false;
    left.remove();
    removeEventListener("pagehide", hide);
  };
  const count = () => {
    left.textContent = text("seconds", { seconds });
    if (seconds-- <= 0) hide();
  };
  const timer = setInterval(count, 1000);
  count();
  addEventListener("pagehide", hide);
}

on("click", "[data-reveal]", async (event, button) => {
  const answer = await ask({ title: button.dataset.confirmReason, reason: true, choices: true });
  if (!answer) return;
  const { status, data } = await post(button.dataset.reveal, { reason: answer.reason });
  const place = one("[data-reveal-value]", button.parentElement);
  if (status === 200) show(button, place, data.value);
  else if (status !== 401) toast({ text: data.error, level: "error" });
});
