// Live updates: one event stream per browser, shared by its tabs. The tab that holds the lock listens and passes on.
// Each message {topic, …} becomes the event "live:<topic>" on the body (htmx: hx-trigger="live:jobs from:body").
// The body says in data-live-state whether the stream is "open" or "lost"; nothing stands there before the first answer.
// After a gap "live:resync" asks for a fresh snapshot; live numbers (data-live-value) turn grey with their age meanwhile.
import { all, one, text } from "./dom.js";

const address = document.body.dataset.live;
const isGuest = "liveGuest" in document.body.dataset;
const name = isGuest ? "live-guest" : "live";
const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
// A refused stream (no session, too many tabs, a restart) is asked for again after a while.
const AGAIN = 10_000;
// Milliseconds after which a page that becomes the listener may have missed something meanwhile.
const LATE = 1500;
const heard = new Set();
const loadedAt = Date.now();
let lostAt = 0;
let last = "";

function age() {
  const seconds = Math.round((Date.now() - lostAt) / 1000);
  return seconds < 60 ? text("agoSeconds", { count: seconds }) : text("agoMinutes", { count: Math.floor(seconds / 60) });
}

function showLoss() {
  const strip = one("#strip-live");
  if (!strip) return;
  strip.hidden = lostAt === 0;
  one("[data-age]", strip).textContent = lostAt ? age() : "";
  all("[data-live-value]").forEach((value) => {
    value.classList.toggle("stale", lostAt !== 0);
    value.dataset.age = lostAt ? age() : "";
  });
}

function announce(topic, detail) {
  document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail, bubbles: true }));
}

function receive(message) {
  if (message.kind === "lost" && !lostAt) {
    lostAt = Date.now();
    announce("lost");
  }
  if (message.kind === "found" && lostAt) {
    lostAt = 0;
    announce("resync");
  }
  if (message.kind === "found") announce("open");
  if (message.kind === "found" || message.kind === "lost") {
    document.body.dataset.liveState = message.kind === "found" ? "open" : "lost";
  }
  if (message.kind === "resync") announce("resync");
  if (message.kind === "event" && !isKnown(message.id)) announce(message.data.topic, message.data);
  showLoss();
}

/** What came before it broke off is told again, to be certain: each is passed on once. */
function isKnown(id) {
  if (!id) return false;
  if (heard.has(id)) return true;
  heard.add(id);
  last = id;
  if (heard.size > 1000) heard.delete(heard.values().next().value);
  return false;
}

function tell(message) {
  receive(message);
  channel?.postMessage(message);
}

function listen() {
  const source = new EventSource(last ? `${address}?since=${last}` : address, { withCredentials: true });
  source.onopen = () => {
    // Between the tab that listened before and this one something may have been said to nobody.
    if (!lostAt && Date.now() - loadedAt > LATE) tell({ kind: "resync" });
    tell({ kind: "found" });
  };
  source.onerror = () => {
    tell({ kind: "lost" });
    // The browser gives up for good when it is refused; a restarted server or a new session may let it in again.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
  };
  source.onmessage = (event) => tell({ kind: "event", id: event.lastEventId, data: JSON.parse(event.data) });
  return new Promise(() => {});  // held until the tab closes
}

if (address) {
  channel?.addEventListener("message", (event) => receive(event.data));
  setInterval(() => { if (lostAt) showLoss(); }, 1000);
  // Locks exist only on https and localhost; elsewhere each tab listens for itself.
  if (navigator.locks && channel) navigator.locks.request(`keyuan-${name}`, listen);
  else listen();
}
