// An ended session or a lost connection: nothing typed is lost, and the page says what to do.
import { on, one, text } from "./dom.js";
import { toast } from "./toast.js";

const user = document.body.dataset.user || "";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;

function expired() {
  const dialog = one("#session-expired");
  if (dialog && !dialog.open) dialog.showModal();
}

document.addEventListener("session:expired", expired);
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401) return;
  event.preventDefault();
  expired();
});

// Every page of a signed-in person tells the other tabs; a tab that waits goes on, or reloads for somebody else.
if (user && channel) channel.postMessage({ user });
channel?.addEventListener("message", (event) => {
  const dialog = one("#session-expired");
  if (!dialog?.open) return;
  if (event.data.user !== user) {
    location.reload();
    return;
  }
  dialog.close();
  toast({ text: text("renewed") });
});

function connection(isThere) {
  const strip = one("#strip-offline");
  if (strip) strip.hidden = isThere;
}

addEventListener("offline", () => connection(false));
addEventListener("online", () => connection(true));
document.addEventListener("htmx:sendError", () => {
  connection(false);
  toast({ text: text("offline"), level: "error" });
});
document.addEventListener("htmx:afterOnLoad", () => connection(true));
on("submit", "[data-sign-out]", () => {
  try { sessionStorage.clear(); } catch (error) { /* nothing was kept */ }
});
