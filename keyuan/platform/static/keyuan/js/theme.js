// Light, dark or the system's choice; kept in a cookie so that the server renders it before the first paint.
import { all, on } from "./dom.js";

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function current() {
  return /^(light|dark)$/.test(root.dataset.themeChoice) ? root.dataset.themeChoice : "system";
}

function show() {
  const choice = current();
  root.dataset.bsTheme = choice === "system" ? (system.matches ? "dark" : "light") : choice;
  all("[data-theme-set]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.themeSet === choice)));
  document.dispatchEvent(new CustomEvent("theme:change"));
}

export function setTheme(choice) {
  root.dataset.themeChoice = choice;
  const value = choice === "system" ? "auto" : choice;
  const [mark, secure] = location.protocol === "https:" ? ["__Host-", "; Secure"] : ["", ""];
  document.cookie = `${mark}theme=${value}; path=/; max-age=31536000; SameSite=Lax${secure}`;
  show();
}

on("click", "[data-theme-set]", (event, button) => setTheme(button.dataset.themeSet));
on("click", "[data-theme-toggle]", () => setTheme(root.dataset.bsTheme === "dark" ? "light" : "dark"));
system.addEventListener("change", show);
show();
