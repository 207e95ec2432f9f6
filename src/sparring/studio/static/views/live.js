// A run while it trains, and after: samples beside real pictures, curves, and what the doctor says of it.
import { address, Copied, count, duration, get, html, post, short, t, useEffect, useFetched, useRef, useState, useStream, Wrong } from "../core.js";
import { Film } from "../film.js";
import { Plot } from "../plot.js";
import { State } from "./runs.js";

const PACE = 2000;

export function Head({ run, id, view }) {
  const tabs = [["", t("Live")], ["noise", t("Noise")], ["card", t("Model card")]];
  return html`<div class="head">
    <h1>${run?.name ?? ""}</h1>${run && html`<${State} run=${run} />`}
    <nav class="tabs" aria-label=${t("Views of this run")}>${tabs.map(([part, name]) => html`<a href=${`#/run/${id}${part && `/${part}`}`}
      aria-current=${part === view ? "page" : undefined}>${name}</a>`)}</nav>
  </div>`;
}

// Counts up, at most every two seconds, whenever what it is told changes.
function usePaced(value) {
  const [turn, setTurn] = useState(0);
  const waiting = useRef(0);
  useEffect(() => {
    if (!waiting.current) {
      waiting.current = setTimeout(() => {
        waiting.current = 0;
        setTurn((n) => n + 1);
      }, turn ? PACE : 0);
    }
  }, [value]);
  useEffect(() => () => clearTimeout(waiting.current), []);
  return turn;
}

function useRun(id) {
  const [state, set] = useState({ run: null, pictures: [], rows: 0, gone: "" });
  const epoch = useRef("");
  const there = useStream(id, (name, data) => {
    if (name === "hello") {
      const fresh = epoch.current !== data;
      epoch.current = data;
      if (fresh) set((s) => ({ ...s, gone: "", fresh: true }));
    } else if (name === "pictures") {
      set((s) => {
        const before = new Map((s.fresh ? [] : s.pictures).map((p) => [p.number, p]));
        for (const shown of data) before.set(shown.number, shown);
        return { ...s, fresh: false, pictures: [...before.values()] };
      });
    } else if (name === "removed") {
      set((s) => ({ ...s, pictures: s.pictures.filter((p) => !data.includes(p.number)) }));
    } else set((s) => ({ ...s, [name]: data }));
  });
  return { ...state, there };
}

function Controls({ id, run, path }) {
  const [minutes, setMinutes] = useState("");
  const [said, setSaid] = useState("");
  const [wrong, setWrong] = useState("");
  const [asked, setAsked] = useState(false);
  useEffect(() => setAsked(false), [run.state]);
  const ask = async (what, body, words) => {
    setWrong("");
    setAsked(true);
    try {
      await post(`runs/${id}/${what}`, body);
      setSaid(words);
    } catch (error) {
      setAsked(false);
      setWrong(error.message);
    }
  };
  useEffect(() => setSaid(""), [run.state]);
  const goOn = () => ask("go-on", minutes ? { minutes: Number(minutes) } : {}, t("Starting; this takes a few seconds."));
  return html`<div class="controls">
    ${run.mayStop && html`<button type="button" disabled=${asked} onClick=${() => ask("stop", {}, t("Stopping after this step; everything is saved."))}>
      ${t("Save and stop")}</button>`}
    ${run.mayGoOn && html`<form onSubmit=${(e) => { e.preventDefault(); goOn(); }}>
      <label>${run.state === "done" ? t("New length in minutes") : t("New length in minutes (optional)")}
        <input type="number" min="0.1" max="100000" step="any" required=${run.state === "done"} value=${minutes} onInput=${(e) => setMinutes(e.target.value)} /></label>
      <button type="submit" disabled=${asked}>${t("Go on training")}</button></form>`}
    <span role="status" class="soft">${said}</span><${Wrong} words=${wrong} />
  </div>`;
}

function Progress({ run }) {
  const share = run.done === null || run.done === undefined ? null : Math.floor(100 * run.done);
  return html`<div class="progress card">
    ${share !== null && html`<progress max="100" value=${share} aria-label=${t("Done")}></progress>`}
    <p class="row">${share !== null && html`<strong>${share} %</strong>`} ${run.secondsLeft !== null && run.secondsLeft !== undefined
      && html`<strong>${t("{time} left", { time: duration(run.secondsLeft) })}</strong>`}
      <span class="soft">${t("step {step}", { step: count(run.step) })} · ${t("{n} images", { n: count(run.images) })} · ${t("{time} of training", { time: duration(run.seconds) })}</span></p>
  </div>`;
}

function Verdict({ stands, wrong }) {
  if (!stands) return html`<section class="card verdict"><h2>${t("The doctor says")}</h2><p class="soft">${wrong || t("Looking at the run ...")}</p></section>`;
  const grave = stands.findings.some((f) => f.severity !== "notice");
  return html`<section class=${`card verdict ${grave ? "grave" : ""}`} aria-live="polite"><h2>${t("The doctor says")}</h2>
    <p>${stands.words}</p>
    ${stands.trend && html`<p class="soft">${stands.trend}</p>`}
    ${stands.findings.map((f) => html`<div class=${`finding ${f.severity}`}><p>${f.words}</p><p class="soft">${f.evidence}</p>
      ${f.command && f.command !== stands.command && html`<p><code>${f.command}</code></p>`}</div>`)}
    ${stands.command && html`<${Copied} text=${stands.command}>${t("Copy what to type next")}<//>`}
  </section>`;
}

const TILES = [["D(x)", "D/probability/D(x)"], ["D(G(z))", "D/probability/D(G(z))"]];

function Numbers({ curves }) {
  const tiles = TILES.filter(([, key]) => key in curves.newest).map(([name, key]) => [name, curves.newest[key]]);
  for (const [player, value] of Object.entries(curves.losses)) tiles.push([t("loss {player}", { player }), value]);
  for (const [key, value] of Object.entries(curves.newest)) {
    if (key.endsWith("/gradient/norm")) tiles.push([t("gradient norm {player}", { player: key.split("/")[0] }), value]);
  }
  if ("images_per_second" in curves.newest) tiles.push([t("images per second"), curves.newest.images_per_second]);
  return html`<dl class="tiles">${tiles.map(([name, value]) => html`<div class="card"><dt>${name}</dt><dd>${short(value)}</dd></div>`)}</dl>`;
}

export function Live({ run: id, theme }) {
  const live = useRun(id);
  const [full, wrongFull] = useFetched((signal) => get(`runs/${id}`, {}, signal), [id, live.run?.state]);
  const newest = Math.max(-1, ...live.pictures.map((p) => p.number));
  const turn = usePaced(live.rows);
  const look = usePaced(newest);
  const [curves, wrongCurves] = useFetched((signal) => get(`runs/${id}/curves`, {}, signal), [id, turn]);
  const [stands, wrongStands] = useFetched((signal) => get(`runs/${id}/stands`, {}, signal), [id, look, live.run?.state]);
  const run = live.run ?? full;
  const gone = live.gone || (run ? "" : wrongFull);
  if (!run) return html`<${Wrong} words=${gone} />`;
  return html`<${Head} run=${run} id=${id} view="" />
    ${!live.there && html`<${Wrong} words=${t("The studio does not answer. Is it still running?")} />`}
    <${Wrong} words=${gone} />
    ${full?.trouble && html`<section class="card grave"><h2>${t("Going on failed")}</h2><pre>${full.trouble}</pre></section>`}
    <${Progress} run=${run} />
    <${Controls} id=${id} run=${run} />
    <${Film} run=${id} pictures=${live.pictures} />
    <${Verdict} stands=${stands} wrong=${wrongStands} />
    <${Wrong} words=${wrongCurves} />
    ${curves && html`<${Numbers} curves=${curves} />
      <div class="plots">${curves.panels.map((panel) => html`<${Plot} key=${panel.title} panel=${panel} along=${t("step")} theme=${theme} />`)}</div>
      ${!curves.panels.length && html`<p class="soft">${t("No metrics yet.")}</p>`}`}
    ${full && html`<details class="card"><summary>${t("Settings")}</summary><table><tbody>
      <tr><th scope="row">${t("folder")}</th><td><code>${full.path}</code></td></tr>
      ${Object.entries(full.settings).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></details>`}
    <p class="soft small"><a href=${address(`runs/${id}/curves`)} target="_blank" rel="noopener">${t("The numbers as JSON")}</a></p>`;
}
