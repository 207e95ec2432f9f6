// The list of all runs, and the choice of those to compare.
import { address, count, duration, html, t, useState, useStream, Wrong } from "../core.js";

const MOST = 4;

export function State({ run }) {
  return html`<span class=${`state ${run.state}`}>${run.stateWords}</span>`;
}

export function Runs() {
  const [runs, setRuns] = useState(null);
  const [chosen, setChosen] = useState([]);
  const [wrong, setWrong] = useState("");
  const there = useStream("", (name, data) => {
    if (name === "runs") setRuns(data);
    if (name === "gone") setWrong(data);
  });
  const toggle = (id) => setChosen(chosen.includes(id) ? chosen.filter((c) => c !== id) : [...chosen, id]);
  if (runs === null) return html`<${Wrong} words=${there ? wrong : t("The studio does not answer. Is it still running?")} />`;
  if (!runs.length) {
    return html`<h1>${t("Runs")}</h1><div class="card empty">
      <p>${t("There are no runs yet. This starts one; it appears here by itself:")}</p>
      <p><code>sparring train --data fashion --minutes 2</code></p></div>`;
  }
  const enough = chosen.length >= 2;
  return html`<div class="row"><h1>${t("Runs")}</h1><span class="grow"></span>
      ${enough
        ? html`<a class="button" href=${`#/compare/${chosen.join("/")}`}>${t("Compare {n} runs", { n: chosen.length })}</a>`
        : html`<span class="soft">${t("Mark two to four runs to compare them.")}</span>`}</div>
    ${!there && html`<${Wrong} words=${t("The studio does not answer. Is it still running?")} />`}
    <ul class="runs">${[...runs].reverse().map((run) => html`<li class="card" key=${run.id}>
      <label class="pick"><input type="checkbox" checked=${chosen.includes(run.id)} disabled=${!chosen.includes(run.id) && chosen.length >= MOST}
        onChange=${() => toggle(run.id)} /><span class="unseen">${t("Compare {name}", { name: run.name })}</span></label>
      ${run.picture ? html`<img class="thumb" src=${address(`runs/${run.id}/pictures/${run.picture}`)} alt="" loading="lazy" />` : html`<span class="thumb"></span>`}
      <a class="name" href=${`#/run/${run.id}`}>${run.name}</a>
      <${State} run=${run} />
      <span class="soft facts">${t("step {step}", { step: count(run.step) })} · ${t("{n} images", { n: count(run.images) })} · ${duration(run.seconds)} · ${t("seed {n}", { n: run.seed ?? "–" })}</span>
    </li>`)}</ul>`;
}
