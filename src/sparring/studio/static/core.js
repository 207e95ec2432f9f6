// What every view needs: words, numbers, requests, and the one stream of events of a page.
import { html, render, useState, useEffect, useRef, useMemo, useCallback } from "./vendor/preact-htm.js";

export { html, render, useState, useEffect, useRef, useMemo, useCallback };

export const LANGUAGES = { en: "English", ko: "한국어" };
let words = {};
let spoken = "en";

export function language() {
  return spoken;
}

export async function speak(wish) {
  const answer = await fetch(`/api/words/${wish}`);
  if (!answer.ok) throw new Error((await answer.json()).error);
  words = await answer.json();
  spoken = wish;
  document.documentElement.lang = wish;
}

// A text in the language that is spoken; what varies is in braces. The English text is the key.
export function t(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function address(path, values = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...values, language: spoken })) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") query.append(name, one);
    }
  }
  return `/api/${path}?${query}`;
}

async function answered(path, values, options) {
  let answer;
  try {
    answer = await fetch(address(path, values), options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(t("The studio does not answer. Is it still running?"));
  }
  if (answer.ok) return answer;
  let why = "";
  try {
    why = (await answer.json()).error;
  } catch {
    why = `HTTP ${answer.status}`;
  }
  throw new Error(why);
}

export async function get(path, values = {}, signal = undefined) {
  return (await answered(path, values, { signal })).json();
}

export async function post(path, body = {}) {
  const headers = { "content-type": "application/json" };
  return (await answered(path, {}, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

// A sheet of pictures of one size as { image, columns, width, height }: picture i is a tile of it.
export async function sheet(path, values, size, signal) {
  const answer = await answered(path, values, { signal });
  const image = await createImageBitmap(await answer.blob());
  return { image, columns: Number(answer.headers.get("x-columns")), ...size };
}

export function drawTile(canvas, from, i) {
  const { width, height, columns, image } = from;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  context.drawImage(image, (i % columns) * width, Math.floor(i / columns) * height, width, height, 0, 0, width, height);
}

// What is fetched for a view: [value, error]. It is fetched anew when what it depends on changes; the old value stays meanwhile.
export function useFetched(work, depends) {
  const [state, set] = useState([null, ""]);
  useEffect(() => {
    const stop = new AbortController();
    work(stop.signal).then(
      (value) => stop.signal.aborted || set([value, ""]),
      (error) => stop.signal.aborted || error.name === "AbortError" || set(([value]) => [value, error.message]),
    );
    return () => stop.abort();
  }, depends);
  return state;
}

// The events of a run, or of the list of all runs, for as long as the page is looked at. Returns whether the server is there.
export function useStream(run, heard) {
  const [there, setThere] = useState(true);
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    let source = null;
    let again = 0;
    function close() {
      clearTimeout(again);
      source?.close();
      source = null;
    }
    function open() {
      close();
      if (document.hidden) return;
      source = new EventSource(address("events", { run }));
      source.onopen = () => setThere(true);
      source.onerror = () => {
        setThere(false);
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, 2000);
      };
      for (const name of ["hello", "runs", "run", "rows", "pictures", "removed", "gone"]) {
        source.addEventListener(name, (event) => latest.current(name, JSON.parse(event.data)));
      }
    }
    open();
    document.addEventListener("visibilitychange", open);
    return () => {
      document.removeEventListener("visibilitychange", open);
      close();
    };
  }, [run, spoken]);
  return there;
}

// Calls back at a steady pace while it is on.
export function useTicking(on, milliseconds, tick) {
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    if (!on) return undefined;
    const id = setInterval(() => latest.current(), milliseconds);
    return () => clearInterval(id);
  }, [on, milliseconds]);
}

export function count(number) {
  return number === null || number === undefined ? "–" : Math.round(number).toLocaleString("en");
}

export function short(number) {
  if (typeof number !== "number" || !Number.isFinite(number)) return "–";
  const size = Math.abs(number);
  if (number !== 0 && (size >= 1e5 || size < 5e-4)) return number.toExponential(1);
  return size >= 99.95 ? Math.round(number).toLocaleString("en") : String(Number(number.toPrecision(3)));
}

export function duration(seconds) {
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return t("{n} s", { n: whole });
  const minutes = Math.round(whole / 60);
  if (whole < 3600) return t("{minutes} min {seconds} s", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  if (minutes < 1440) return t("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return t("{days} d {hours} h", { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60) });
}

// A button that puts a text on the clipboard, and the text, so that it can also be taken by hand.
export function Copied({ text, children }) {
  const [done, setDone] = useState(false);
  useEffect(() => setDone(false), [text]);
  const copy = () => navigator.clipboard.writeText(text).then(() => setDone(true), () => setDone(false));
  return html`<div class="copied">
    <button type="button" onClick=${copy}>${children}</button>
    <code>${text}</code>
    <span class="soft" role="status">${done ? t("copied") : ""}</span>
  </div>`;
}

export function Wrong({ words }) {
  return words ? html`<p class="wrong" role="alert">${words}</p>` : null;
}
