// File fields: a drop area, the chosen name, progress while htmx sends the form.
import { all, on, one, text } from "./dom.js";

function name(area) {
  const input = one("input[type=file]", area);
  one("[data-file-name]", area).textContent = [...input.files].map((file) => file.name).join(", ");
}

on("change", "[data-upload] input[type=file]", (event, input) => name(input.closest("[data-upload]")));
for (const type of ["dragover", "dragleave", "drop"]) {
  on(type, "[data-upload]", (event, area) => {
    event.preventDefault();
    area.classList.toggle("over", type === "dragover");
    if (type !== "drop") return;
    one("input[type=file]", area).files = event.dataTransfer.files;
    name(area);
    one("input[type=file]", area).dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("htmx:xhr:progress", (event) => {
  const { loaded, total, elt } = event.detail;
  if (!total) return;
  const percent = Math.round((loaded / total) * 100);
  all("[data-upload]", event.target).concat(elt ? all("[data-upload]", elt) : []).forEach((area) => {
    Object.assign(one("progress", area), { hidden: false, value: percent });
    one("[data-percent]", area).textContent = text("uploading", { percent: `${percent}%` });
  });
});
