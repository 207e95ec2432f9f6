// Two to four runs: their samples in step, the settings that differ, and their curves.
import { count, get, html, t, useEffect, useFetched, useMemo, useState, Wrong } from "../core.js";
import { picture, sheets, Slider, useFilm } from "../film.js";
import { Plot } from "../plot.js";
import { State } from "./runs.js";

function main(of) {
  const names = [...of.keys()].sort();
  return of.get(names.find((n) => !n.endsWith("-raw")) ?? names[0]) ?? [];
}

function InStep({ runs }) {
  const all = useMemo(() => runs.map((run) => main(sheets(run.pictures))), [runs]);
  const steps = useMemo(() => [...new Set(all.flat().map((p) => p.step))].sort((a, b) => a - b), [all]);
  const film = useFilm(steps.length);
  const step = steps[film.now];
  if (step === undefined) return html`<p class="soft">${t("No samples yet.")}</p>`;
  return html`<section aria-label=${t("Samples in step")}>
    <${Slider} film=${film} id="step" words=${t("step {step}", { step: count(step) })} />
    <div class="pair">${runs.map((run, i) => {
      const shown = all[i].filter((p) => p.step <= step).at(-1);
      return html`<figure class="card" key=${run.id}>
        <figcaption><a href=${`#/run/${run.id}`}>${run.name}</a> <${State} run=${run} /></figcaption>
        ${shown ? html`<img src=${picture(run.id, shown)} alt=${t("Samples after step {step}", { step: count(shown.step) })} />
          <p class="soft small">${t("Samples after step {step}", { step: count(shown.step) })}</p>` : html`<p class="soft">${t("No samples yet.")}</p>`}
      </figure>`;
    })}</div></section>`;
}

function Beside({ title, runs, rows }) {
  return html`<section class="card"><h2>${title}</h2><div class="wide" tabindex="0" role="region" aria-label=${title}><table>
    <thead><tr><td></td>${runs.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row">${row.name ?? row.title}</th>${row.values.map((v) => html`<td>${v}</td>`)}</tr>`)}</tbody>
  </table></div></section>`;
}

export function Compare({ runs: ids, theme }) {
  const [runs, wrongRuns] = useFetched((signal) => Promise.all(ids.map((id) => get(`runs/${id}`, {}, signal))), [ids.join()]);
  const [found, wrong] = useFetched((signal) => get("compare", { run: ids }, signal), [ids.join()]);
  const [along, setAlong] = useState("step");
  useEffect(() => setAlong("step"), [ids.join()]);
  const panels = (found?.quantities ?? []).map((q) => ({ title: q.title, curves: q.along[along] ?? [], log: false, unit: false, level: null }));
  return html`<h1>${t("Compare runs")}</h1>
    <${Wrong} words=${wrongRuns} />
    ${runs && html`<${InStep} runs=${runs} />`}
    ${wrong && html`<section class="card"><h2>${t("These runs' numbers are not compared")}</h2><pre>${wrong}</pre></section>`}
    ${found && html`
      ${found.notes.map((note) => html`<p class="soft">${note}</p>`)}
      ${found.differing.length ? html`<${Beside} title=${t("Settings that differ")} runs=${found.runs} rows=${found.differing} />`
        : html`<p class="soft">${t("All settings are the same.")}</p>`}
      <${Beside} title=${t("Newest numbers")} runs=${found.runs} rows=${found.newest} />
      <div class="row"><h2>${t("Curves")}</h2><label>${t("over")} <select value=${along} onChange=${(e) => setAlong(e.target.value)}>
        ${Object.entries(found.along).map(([name, words]) => html`<option value=${name}>${words}</option>`)}</select></label></div>
      <div class="plots">${panels.filter((p) => p.curves.length).map((panel) => html`<${Plot} key=${panel.title + along} panel=${panel} along=${found.along[along]} theme=${theme} />`)}</div>`}`;
}
