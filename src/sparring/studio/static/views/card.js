// The model card: the page that `sparring card` writes, in a frame that runs nothing.
import { address, get, html, t, useFetched, Wrong } from "../core.js";
import { Head } from "./live.js";

export function Card({ run: id }) {
  const [run, wrong] = useFetched((signal) => get(`runs/${id}`, {}, signal), [id]);
  return html`<${Head} run=${run} id=${id} view="card" />
    <${Wrong} words=${wrong} />
    <div class="row">
      <a class="button" href=${address(`runs/${id}/card`, { save: true })} download>${t("Save as one HTML file")}</a>
      <a href=${address(`runs/${id}/card`)} target="_blank" rel="noopener">${t("Open in a tab of its own")}</a>
    </div>
    ${run && html`<iframe class="cardframe card" sandbox="" title=${t("Model card")} src=${address(`runs/${id}/card`)}></iframe>`}`;
}
