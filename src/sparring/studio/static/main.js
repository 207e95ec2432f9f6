// The page: its head, and the view that the address names.
import { html, LANGUAGES, language, render, speak, t, useEffect, useState } from "./core.js";
import { Card } from "./views/card.js";
import { Compare } from "./views/compare.js";
import { Live } from "./views/live.js";
import { Noise } from "./views/noise.js";
import { Runs } from "./views/runs.js";

const THEMES = ["auto", "light", "dark"];

function kept(name, usual) {
  try {
    return localStorage.getItem(`sparring.${name}`) ?? usual;
  } catch {
    return usual;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`sparring.${name}`, value);
  } catch {
    // a browser that keeps nothing asks again next time
  }
}

function wish() {
  const own = navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
  const before = kept("language", own);
  return before in LANGUAGES ? before : own;
}

function place() {
  const [view, ...names] = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean);
  return { view: view ?? "", names };
}

function View({ at, theme }) {
  const [run, part] = at.names;
  if (at.view === "run" && run && part === "noise") return html`<${Noise} key=${run} run=${run} />`;
  if (at.view === "run" && run && part === "card") return html`<${Card} key=${run} run=${run} />`;
  if (at.view === "run" && run) return html`<${Live} key=${run} run=${run} theme=${theme} />`;
  if (at.view === "compare" && at.names.length > 1) {
    return html`<${Compare} key=${at.names.join()} runs=${at.names.slice(0, 4)} theme=${theme} />`;
  }
  return html`<${Runs} />`;
}

function Studio() {
  const [at, setAt] = useState(place());
  const [spoken, setSpoken] = useState(language());
  const [theme, setTheme] = useState(kept("theme", "auto"));
  const [dark] = useState(() => matchMedia("(prefers-color-scheme: dark)"));
  const [system, setSystem] = useState(dark.matches);
  useEffect(() => {
    const moved = () => {
      setAt(place());
      scrollTo(0, 0);
      document.querySelector("main")?.focus({ preventScroll: true });
    };
    const changed = () => setSystem(dark.matches);
    addEventListener("hashchange", moved);
    dark.addEventListener("change", changed);
    return () => {
      removeEventListener("hashchange", moved);
      dark.removeEventListener("change", changed);
    };
  }, []);
  const shade = theme === "auto" ? (system ? "dark" : "light") : theme;
  document.documentElement.dataset.theme = shade;
  const choose = async (to) => {
    await speak(to);
    keep("language", to);
    setSpoken(to);
  };
  const themes = { auto: t("As the system"), light: t("Light"), dark: t("Dark") };
  return html`
    <a class="skip" href="#main" onClick=${(e) => { e.preventDefault(); document.querySelector("main").focus(); }}>${t("Skip to the content")}</a>
    <header class="top">
      <a class="brand" href="#/"><img src="/static/icon.svg" alt="" width="24" height="24" /> sparring studio</a>
      <nav aria-label=${t("Studio")}><a href="#/">${t("Runs")}</a></nav>
      <span class="grow"></span>
      <label><span class="unseen">${t("Language")}</span>
        <select value=${spoken} onChange=${(e) => choose(e.target.value)}>
          ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${code}>${name}</option>`)}</select></label>
      <label><span class="unseen">${t("Colours")}</span>
        <select value=${theme} onChange=${(e) => { keep("theme", e.target.value); setTheme(e.target.value); }}>
          ${THEMES.map((name) => html`<option value=${name}>${themes[name]}</option>`)}</select></label>
    </header>
    <main id="main" tabindex="-1"><${View} key=${spoken} at=${at} theme=${shade} /></main>`;
}

await speak(wish());
render(html`<${Studio} />`, document.getElementById("studio"));
