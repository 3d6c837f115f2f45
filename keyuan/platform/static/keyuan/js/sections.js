// The list of a form's sections follows the scroll.
import { all, onContent } from "./dom.js";

onContent((root) => all("[data-sections]", root).forEach((list) => {
  const links = all("a", list);
  const targets = links.map((link) => document.getElementById(link.hash.slice(1))).filter(Boolean);
  const watcher = new IntersectionObserver(() => {
    const top = targets.filter((target) => target.offsetParent && target.getBoundingClientRect().top < 200).pop() || targets[0];
    links.forEach((link) => {
      const isHere = link.hash === `#${top?.id}`;
      link.classList.toggle("active", isHere);
      if (isHere) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }, { rootMargin: "-120px 0px -60% 0px", threshold: [0, 0.25, 0.5, 1] });
  targets.forEach((target) => watcher.observe(target));
}));
