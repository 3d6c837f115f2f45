// Runs before the first paint: theme, navigation width, row height. Kept tiny because it blocks.
(function () {
  var root = document.documentElement;
  var choice = root.dataset.themeChoice;
  if (choice !== "light" && choice !== "dark") {
    root.dataset.bsTheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  try {
    if (localStorage.getItem("nav") === "narrow") root.dataset.nav = "narrow";
    if (localStorage.getItem("density")) root.dataset.density = localStorage.getItem("density");
  } catch (error) {
    // Storage may be switched off; the defaults serve.
  }
})();
