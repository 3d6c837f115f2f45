// Charts read the table beside them (components/chart.html), so that the data can always be seen; ECharts loads when needed.
import { all, on, one, onContent } from "./dom.js";

const charts = new Map();
let library = null;

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: one("#texts").dataset.echarts, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  return library;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function table(card) {
  const rows = all("tbody tr", card);
  const names = all("thead th", card).slice(1).map((head) => head.textContent);
  const values = (at) => rows.map((row) => { const value = row.children[at + 1].dataset.value; return value === "" ? null : Number(value); });
  return { labels: rows.map((row) => row.children[0].textContent), series: names.map((name, at) => ({ name, values: values(at) })) };
}

function options(kind, { labels, series }) {
  const axis = { axisLine: { lineStyle: { color: colour("line") } }, axisLabel: { color: colour("muted") }, axisTick: { show: false }, splitLine: { lineStyle: { color: colour("line") } } };
  const base = {
    color: ["c1", "c3", "c4", "c5", "c6", "c2"].map(colour),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("ink") },
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160,
    // Rich text, because a tooltip of HTML would need inline styles, which the content policy forbids.
    tooltip: { trigger: kind === "donut" ? "item" : "axis", renderMode: "richText", backgroundColor: colour("raised"), borderColor: colour("line"), textStyle: { color: colour("ink") } },
  };
  if (kind === "donut") {
    const data = labels.map((name, at) => ({ name, value: series[0].values[at] }));
    return { ...base, series: [{ type: "pie", radius: ["55%", "80%"], data, label: { color: colour("muted") }, itemStyle: { borderColor: colour("surface"), borderWidth: 2 } }] };
  }
  const stack = kind === "stacked" ? "all" : undefined;
  const lines = series.map(({ name, values }) => ({ name, type: stack ? "bar" : kind, stack, data: values, barMaxWidth: 28, symbolSize: 5, lineStyle: { width: 2 } }));
  // Below the plot and turned over by arrows: on a phone many names would lie over each other and over the plot.
  const legend = series.length > 1 ? { type: "scroll", bottom: 0, left: "center", textStyle: { color: colour("muted") }, pageTextStyle: { color: colour("muted") }, pageIconColor: colour("ink"), pageIconInactiveColor: colour("line") } : undefined;
  return { ...base, legend, grid: { left: 48, right: 16, top: 12, bottom: legend ? 56 : 28 }, xAxis: { type: "category", data: labels, ...axis, splitLine: { show: false } }, yAxis: { type: "value", ...axis, axisLine: { show: false } }, series: lines };
}

function draw(place) {
  const card = place.closest("[data-chart-card]");
  charts.get(place)?.dispose();
  const chart = window.echarts.init(place, null, { renderer: "svg" });
  chart.setOption(options(place.dataset.chart, table(card)));
  charts.set(place, chart);
}

onContent(async (root) => {
  const places = all("[data-chart]", root);
  if (!places.length) return;
  await load();
  places.forEach(draw);
});
document.addEventListener("theme:change", () => charts.forEach((chart, place) => draw(place)));
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
on("click", "[data-chart-view]", (event, button) => {
  const card = button.closest("[data-chart-card]");
  const asTable = button.dataset.chartView === "table";
  all("[data-chart-view]", card).forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
  one("[data-chart]", card).hidden = asTable;
  one("[data-chart-table]", card).hidden = !asTable;
});

function download(name, href) { Object.assign(document.createElement("a"), { download: name, href }).click(); }

// Two dashes stand for what is unknown. What begins like a formula must not be run by a spreadsheet program; numbers stay numbers.
const harmless = (value) => (value === "--" ? "" : /^\s*[=+\-@]/.test(value) && Number.isNaN(Number(value.replace(/[,%]/g, ""))) ? `'${value}` : value);

function saveRows(title, rows) {
  const cell = (value) => `"${harmless(String(value)).replaceAll('"', '""')}"`;
  const csv = "\ufeff" + rows.map((row) => row.map(cell).join(",")).join("\r\n");
  download(`${title}.csv`, URL.createObjectURL(new Blob([csv], { type: "text/csv" })));
}

on("click", "[data-table-save]", (event, button) => {
  const card = button.closest("[data-table-card]");
  const words = (cell) => cell.innerText.split("\n").map((part) => part.trim()).filter(Boolean).join(" ");
  saveRows(one(".card-title", card).textContent, all("table tr", card).map((row) => [...row.children].map(words)));
});

on("click", "[data-chart-save]", (event, button) => {
  const card = button.closest("[data-chart-card]");
  const title = one(".card-title", card).textContent;
  const { labels, series } = table(card);
  const chart = charts.get(one("[data-chart]", card));
  if (chart) download(`${title}.svg`, chart.getDataURL());
  saveRows(title, [["", ...series.map((line) => line.name)], ...labels.map((label, at) => [label, ...series.map((line) => line.values[at] ?? "")])]);
});
