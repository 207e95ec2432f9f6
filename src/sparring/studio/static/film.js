// All sample pictures of a run behind one slider over its steps, which also plays.
import { address, count, html, t, useEffect, useMemo, useState, useTicking } from "./core.js";

const FRAME = 160;

export const picture = (run, shown) => address(`runs/${run}/pictures/${shown.number}`);

const NAMES = {
  samples: "Average of the weights",
  "samples-raw": "Newest weights",
};

export function nameOf(name) {
  if (NAMES[name]) return t(NAMES[name]);
  const raw = name.endsWith("-raw");
  const plain = raw ? name.slice(0, -4) : name;
  return raw ? t("{name}, newest weights", { name: plain }) : plain;
}

// Sheets by name, each by step; of a step that was drawn twice the later one.
export function sheets(pictures) {
  const found = new Map();
  for (const shown of pictures) {
    if (shown.step < 0) continue;
    if (!found.has(shown.name)) found.set(shown.name, new Map());
    const of = found.get(shown.name);
    if (!of.has(shown.step) || of.get(shown.step).number < shown.number) of.set(shown.step, shown);
  }
  return new Map([...found].map(([name, of]) => [name, [...of.values()].sort((a, b) => a.step - b.step)]));
}

// Where a film stands: the newest until someone moves it; playing begins anew at its end.
export function useFilm(length) {
  const [at, setAt] = useState(null);
  const [playing, setPlaying] = useState(false);
  const last = Math.max(0, length - 1);
  const now = at === null ? last : Math.min(at, last);
  useTicking(playing, FRAME, () => {
    if (now >= last) {
      setPlaying(false);
      setAt(null);
    } else setAt(now + 1);
  });
  const play = () => {
    if (!playing && now >= last) setAt(0);
    setPlaying(!playing);
  };
  const move = (to) => {
    setPlaying(false);
    setAt(to >= last ? null : to);
  };
  return { now, last, playing, play, move };
}

export function Slider({ film, words, id }) {
  return html`<div class="slider">
    <button type="button" onClick=${film.play} aria-pressed=${film.playing} disabled=${film.last === 0}>
      ${film.playing ? t("Pause") : t("Play")}</button>
    <input type="range" id=${id} min="0" max=${film.last} value=${film.now} aria-label=${t("Step")} aria-valuetext=${words}
      disabled=${film.last === 0} onInput=${(e) => film.move(Number(e.target.value))} />
    <output for=${id}>${words}</output>
  </div>`;
}

export function Film({ run, pictures }) {
  const all = useMemo(() => sheets(pictures), [pictures]);
  const names = [...all.keys()].sort();
  const [wish, setWish] = useState("");
  const name = all.has(wish) ? wish : names.find((n) => !n.endsWith("-raw")) ?? names[0];
  const of = all.get(name) ?? [];
  const film = useFilm(of.length);
  const shown = of[film.now];
  const real = pictures.filter((p) => p.step < 0 && p.name.startsWith("reals"));
  useEffect(() => {
    for (const next of of.slice(film.now + 1, film.now + 9)) new Image().src = picture(run, next);
  }, [run, name, film.now]);
  if (!shown) return html`<p class="soft">${t("No samples yet.")}</p>`;
  return html`<section class="film" aria-label=${t("Samples")}>
    <div class="pair">
      <figure class="card">
        <figcaption>${t("Samples after step {step}", { step: count(shown.step) })}</figcaption>
        <img src=${picture(run, shown)} alt=${t("Samples after step {step}", { step: count(shown.step) })} />
      </figure>
      ${real.map((p) => html`<figure class="card" key=${p.number}>
        <figcaption>${p.name === "reals" ? t("Real pictures") : t("Real pictures, domain {name}", { name: p.name.slice(6) })}</figcaption>
        <img src=${picture(run, p)} alt=${t("Real pictures")} />
      </figure>`)}
    </div>
    <div class="row">
      <${Slider} film=${film} id="step" words=${t("step {step}", { step: count(shown.step) })} />
      ${names.length > 1 && html`<label>${t("Drawn by")} <select value=${name} onChange=${(e) => setWish(e.target.value)}>
        ${names.map((n) => html`<option value=${n}>${nameOf(n)}</option>`)}</select></label>`}
    </div>
  </section>`;
}
