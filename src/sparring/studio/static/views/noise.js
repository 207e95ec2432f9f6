// A wall of seeds, two of them chosen, and the way between.
import { Copied, drawTile, get, html, sheet, t, useEffect, useFetched, useRef, useState, useTicking, Wrong } from "../core.js";
import { Head } from "./live.js";

const WALL = 32;
const FRAMES = 48;
const MOST = 2 ** 31 - WALL;

function Tile({ from, i, ...rest }) {
  const canvas = useRef(null);
  useEffect(() => from && drawTile(canvas.current, from, i), [from, i]);
  return html`<canvas ref=${canvas} role="img" ...${rest}></canvas>`;
}

function Wall({ wall, first, ends, choose }) {
  return html`<div class="wall" role="group" aria-label=${t("A wall of seeds")}>
    ${[...Array(WALL).keys()].map((i) => {
      const seed = first + i;
      const mark = ends.a === seed ? "A" : ends.b === seed ? "B" : "";
      const words = mark ? t("Seed {seed}, chosen as {mark}", { seed, mark }) : t("Seed {seed}", { seed });
      return html`<button type="button" key=${i} class=${mark && "chosen"} aria-pressed=${Boolean(mark)} onClick=${() => choose(seed)}>
        <${Tile} from=${wall} i=${i} aria-hidden="true" /><span class="unseen">${words}</span>
        ${mark && html`<b aria-hidden="true">${mark}</b>`}<small aria-hidden="true">${seed}</small></button>`;
    })}</div>`;
}

// The words of a command and of Python that draw the same.
export function recipes(path, ends, wish, facts) {
  const label = wish.label === null ? null : facts.classes[wish.label];
  const quoted = (text) => (/^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const flags = [wish.which === "best" && "--best", label !== null && `--label ${quoted(label)}`, wish.truncation !== 1 && `--truncation ${wish.truncation}`];
  const command = ["sparring sample", quoted(path), `--interpolate ${ends.a}:${ends.b}:${FRAMES}`, ...flags].filter(Boolean).join(" ");
  const named = [label !== null && `label=${JSON.stringify(label)}`, wish.truncation !== 1 && `truncation=${wish.truncation}`].filter(Boolean).map((x) => `, ${x}`).join("");
  const best = wish.which === "best" ? ", best=True" : "";
  const python = `import sparring; pictures = sparring.load(${JSON.stringify(path)}${best}).interpolate(${ends.a}, ${ends.b}, ${FRAMES}${named}).pictures`;
  return { command, python };
}

function Way({ run, way, ends }) {
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const ahead = useRef(1);
  const canvas = useRef(null);
  useEffect(() => way && drawTile(canvas.current, way, at), [way, at]);
  useTicking(playing, 60, () => {
    if (at + ahead.current > FRAMES - 1 || at + ahead.current < 0) ahead.current = -ahead.current;
    setAt(at + ahead.current);
  });
  const save = () => canvas.current.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${run.name}-seeds-${ends.a}-${ends.b}-${at}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }, "image/png");
  const words = t("{share} % of the way from seed {a} to seed {b}", { share: Math.round((100 * at) / (FRAMES - 1)), a: ends.a, b: ends.b });
  return html`<figure class="card way">
    <figcaption>${words}</figcaption>
    <canvas ref=${canvas} role="img" aria-label=${words}></canvas>
    <div class="slider"><button type="button" aria-pressed=${playing} onClick=${() => setPlaying(!playing)}>${playing ? t("Pause") : t("Play")}</button>
      <span aria-hidden="true">A</span>
      <input type="range" min="0" max=${FRAMES - 1} value=${at} aria-label=${t("From A to B")} aria-valuetext=${words}
        onInput=${(e) => { setPlaying(false); setAt(Number(e.target.value)); }} /><span aria-hidden="true">B</span></div>
    <button type="button" onClick=${save}>${t("Download this picture (PNG)")}</button>
  </figure>`;
}

function Wishes({ facts, wish, set }) {
  const [shown, setShown] = useState(wish.truncation);
  return html`
    ${facts.best && html`<label>${t("Checkpoint")} <select value=${wish.which} onChange=${(e) => set({ which: e.target.value })}>
      <option value="newest">${t("newest")}</option><option value="best">${t("best measured")}</option></select></label>`}
    ${facts.classes.length > 0 && html`<label>${t("Class")} <select value=${wish.label ?? 0} onChange=${(e) => set({ label: Number(e.target.value) })}>
      ${facts.classes.map((name, i) => html`<option value=${i}>${name}</option>`)}</select></label>`}
    ${facts.truncation && html`<label>${t("Truncation")} <input type="range" min="0" max="1.5" step="0.05" value=${shown}
      onInput=${(e) => setShown(Number(e.target.value))} onChange=${(e) => set({ truncation: Number(e.target.value) })} /> ${shown}</label>`}`;
}

export function Noise({ run: id }) {
  const [run, wrongRun] = useFetched((signal) => get(`runs/${id}`, {}, signal), [id]);
  const [wish, setWish] = useState({ which: "newest", label: null, truncation: 1 });
  const [first, setFirst] = useState(0);
  const [ends, setEnds] = useState({ a: 0, b: 1, next: "a" });
  const [facts, wrongFacts] = useFetched((signal) => get(`runs/${id}/model`, { which: wish.which }, signal), [id, wish.which]);
  const size = facts && { width: facts.width, height: facts.height };
  const label = facts?.classes.length ? wish.label ?? 0 : null;
  const asked = { which: wish.which, label, truncation: wish.truncation };
  const key = JSON.stringify([id, asked, facts?.step]);
  const nothing = () => Promise.resolve(null);
  const [wall, wrongWall] = useFetched((signal) => (size ? sheet(`runs/${id}/seeds`, { first, count: WALL, ...asked }, size, signal) : nothing()), [key, first]);
  const [way, wrongWay] = useFetched((signal) => (size ? sheet(`runs/${id}/way`, { a: ends.a, b: ends.b, frames: FRAMES, ...asked }, size, signal) : nothing()), [key, ends.a, ends.b]);
  const choose = (seed) => setEnds(ends.next === "a" ? { ...ends, a: seed, next: "b" } : { ...ends, b: seed, next: "a" });
  const told = run && facts && recipes(run.path, ends, { ...wish, label }, facts);
  return html`<${Head} run=${run} id=${id} view="noise" />
    <${Wrong} words=${wrongRun || wrongFacts || wrongWall || wrongWay} />
    ${!facts && !wrongFacts && html`<p class="soft" role="status">${t("Loading the model ...")}</p>`}
    ${facts && html`<p class="soft">${t("Drawn by the checkpoint of step {step}. Choose two pictures, A and B, and slide between them.", { step: facts.step.toLocaleString("en") })}</p>
      <div class="row"><label>${t("First seed")} <input type="number" min="0" max=${MOST} value=${first}
          onChange=${(e) => setFirst(Math.min(MOST, Math.max(0, Math.floor(Number(e.target.value) || 0))))} /></label>
        <button type="button" onClick=${() => setFirst(first + WALL > MOST ? 0 : first + WALL)}>${t("More seeds")}</button>
        <${Wishes} facts=${facts} wish=${wish} set=${(more) => setWish({ ...wish, ...more })} /></div>
      <div class="noise"><${Wall} wall=${wall} first=${first} ends=${ends} choose=${choose} />
        <${Way} run=${run} way=${way} ends=${ends} /></div>
      ${told && html`<div class="card"><${Copied} text=${told.command}>${t("Copy as command")}<//><${Copied} text=${told.python}>${t("Copy as Python")}<//></div>`}`}`;
}
