/** A sign of life of the PBX, and how long it took: from amictl, and from this browser. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { Problem } from "../../api.js";
import { icon } from "../../dom.js";
import { timeText } from "../../format.js";
import { t } from "../../words.js";

const KEPT = 10;

/** @typedef {{at: string, trip: number | null, whole: number, words: string}} Pong `trip` and `whole` in milliseconds */

export class PingView {
  #host;
  #context;
  #pending = false;
  /** @type {Pong[]} the newest first */
  #pongs = [];

  /**
   * @param {HTMLElement} host
   * @param {import("../../shell/context.js").Context} context
   */
  constructor(host, context) {
    this.#host = host;
    this.#context = context;
  }

  show() {
    this.#render();
  }

  async #ping() {
    if (this.#pending) {
      return;
    }
    this.#pending = true;
    this.#render();
    const startedAt = performance.now();
    /** @type {Pong} */
    const pong = { at: timeText(new Date()).slice(0, 8), trip: null, whole: 0, words: "" };
    try {
      const answer = await this.#context.api.read("ping/");
      pong.trip = answer.round_trip_ms;
      pong.words = answer.message;
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      pong.words = problem.message;
    } finally {
      pong.whole = performance.now() - startedAt;
      this.#pongs = [pong, ...this.#pongs].slice(0, KEPT);
      this.#pending = false;
      this.#render();
    }
  }

  #render() {
    const [latest, ...earlier] = this.#pongs;
    render(html`
      <section class="card action-card" aria-labelledby="ping-title">
        <div class="card-header"><h2 class="card-title" id="ping-title">${t("Ping")}</h2></div>
        <div class="card-body">
          <p class="text-secondary">${t("Asks Asterisk for a sign of life and takes the time.")}</p>
          <button class="btn btn-primary ${this.#pending ? "btn-loading" : ""}" type="button" data-testid="ping" aria-busy=${this.#pending ? "true" : nothing}
            @click=${() => this.#ping()}>${icon("wave-sine")}${t("Ping %(pbx)s", { pbx: this.#context.pbx })}</button>
          <div class="ping-result" role="status" data-testid="ping-result">${latest ? this.#latest(latest) : nothing}</div>
          ${earlier.length ? html`<h3 class="action-subtitle">${t("Earlier")}</h3><ol class="ping-earlier">${earlier.map((pong) => this.#earlier(pong))}</ol>` : nothing}
        </div>
      </section>`, this.#host);
  }

  /** @param {Pong} pong */
  #latest({ trip, whole, words }) {
    if (trip === null) {
      return html`<p class="mb-1"><span class="state" data-tone="bad">${t("No answer")}</span></p><p class="mb-0" dir="auto">${words}</p>`;
    }
    return html`
      <p class="mb-1"><span class="state" data-tone="good">${words}</span> <strong class="ping-trip">${t("%(trip)s ms", { trip: trip.toFixed(1) })}</strong></p>
      <p class="text-secondary mb-0">${t("Between amictl and %(pbx)s. From this browser and back: %(whole)s ms.", { pbx: this.#context.pbx, whole: whole.toFixed(0) })}</p>`;
  }

  /** @param {Pong} pong */
  #earlier({ at, trip, words }) {
    return html`<li><span class="clock">${at}</span> <span>${trip === null ? words : t("%(trip)s ms", { trip: trip.toFixed(1) })}</span></li>`;
  }
}
