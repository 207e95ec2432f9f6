// Curves: a canvas for the eye, and a sentence and a table for everyone.
import uPlot from "./vendor/uplot.js";
import { html, short, count, t, useEffect, useMemo, useRef } from "./core.js";

const COLOURS = ["--one", "--two", "--three", "--four", "--five", "--six"];
const ROWS = 12;
const HEIGHT = 220;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function joined(curves) {
  const data = uPlot.join(curves.map((c) => [c.x, c.y]));
  return curves.length ? data : [[]];
}

function options(panel, along, width) {
  const ink = colour("--soft");
  const grid = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: ink, grid, ticks: grid, font: "12px system-ui, sans-serif" };
  const shades = new Map();
  const series = panel.curves.map((c, i) => {
    const of = c.of ?? c.label;
    if (!shades.has(of)) shades.set(of, COLOURS[shades.size % COLOURS.length]);
    const held = of !== c.label;
    return { label: c.label, stroke: colour(shades.get(of)), width: 2, dash: held ? [6, 4] : undefined, spanGaps: true,
      points: { show: c.x.length < 3 }, value: (_, v) => short(v) };
  });
  if (panel.level) series.push({ label: panel.level.label, stroke: ink, width: 1, dash: [2, 4], points: { show: false } });
  return {
    width,
    height: HEIGHT,
    scales: {
      x: { time: false },
      y: panel.log ? { distr: 3 } : panel.unit ? { range: () => [-0.02, 1.02] } : {},
    },
    axes: [
      { ...axis, values: (_, at) => at.map((v) => (v >= 10000 ? `${short(v / 1000)}k` : short(v))), space: 60 },
      { ...axis, size: 56, values: (_, at) => at.map((v) => (v === null ? "" : short(v))) },
    ],
    series: [{ label: along, value: (_, v) => (v === null ? "–" : count(v)) }, ...series],
    legend: { live: true },
    cursor: { y: false },
    hooks: { setCursor: [resting], setData: [resting] },
  };
}

// While nobody points at a plot its legend tells the newest values.
function resting(plot) {
  if (plot.cursor.idx === null || plot.cursor.idx === undefined) plot.setLegend({ idx: plot.data[0].length - 1 }, false);
}

// What a curve does, in a sentence.
export function sentence(curve, along) {
  const last = curve.y.length - 1;
  return t("{name}: {value} at {along} {at}; between {low} and {high} on the way.", {
    name: curve.label, value: short(curve.y[last]), along, at: count(curve.x[last]),
    low: short(Math.min(...curve.y)), high: short(Math.max(...curve.y)),
  });
}

function Table({ panel, along, data }) {
  const xs = data[0];
  const every = Math.max(1, Math.ceil(xs.length / ROWS));
  const rows = [...xs.keys()].filter((i) => i % every === 0 || i === xs.length - 1);
  return html`<details>
    <summary>${t("As a table")}</summary>
    <div class="wide" tabindex="0" role="region" aria-label=${panel.title}><table>
      <thead><tr><th scope="col">${along}</th>${panel.curves.map((c) => html`<th scope="col">${c.label}</th>`)}</tr></thead>
      <tbody>${rows.map((i) => html`<tr><th scope="row">${count(xs[i])}</th>
        ${panel.curves.map((_, k) => html`<td>${data[k + 1][i] == null ? "" : short(data[k + 1][i])}</td>`)}</tr>`)}</tbody>
    </table></div>
  </details>`;
}

export function Plot({ panel, along, theme }) {
  const place = useRef(null);
  const plot = useRef(null);
  const data = useMemo(() => joined(panel.curves), [panel]);
  const drawn = useMemo(() => (panel.level ? [...data, data[0].map(() => panel.level.at)] : data), [data]);
  const names = panel.curves.map((c) => `${c.label}/${c.of}`).join("|");
  useEffect(() => {
    const made = new uPlot(options(panel, along, place.current.clientWidth || 320), drawn, place.current);
    plot.current = made;
    resting(made);
    const watch = new ResizeObserver(() => made.setSize({ width: place.current.clientWidth || 320, height: HEIGHT }));
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, along, theme, panel.log, panel.unit]);
  useEffect(() => plot.current?.setData(drawn), [drawn]);
  return html`<figure class="plot card">
    <figcaption>${panel.title}</figcaption>
    <div ref=${place} aria-hidden="true"></div>
    <p class="soft small">${panel.curves.map((c) => html`${sentence(c, along)} `)}</p>
    <${Table} panel=${panel} along=${along} data=${data} />
  </figure>`;
}
