/** The wallboard: all queues in large numerals, worst first, for a screen that a room looks at. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { guard } from "../../../vendor/lit-html/directives/guard.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { icon, vars } from "../../dom.js";
import { clockText, percentText } from "../../format.js";
import { t } from "../../words.js";
import { HeldOrder, Standings, fitTiles, totalsOf } from "./standing.js";
import { abandonedShare, worstFirst } from "./urgency.js";

/** How much of the screen's height the head takes. */
const HEAD_SHARE = 0.1;
const ICONS = Object.freeze({ calm: "circle-check", warn: "alert-triangle", bad: "alert-circle" });

export class Wallboard {
  #host;
  #context;
  #present;
  #topic;
  #zone;
  #order = new HeldOrder(worstFirst);
  #shown = false;
  /** @type {HTMLElement[]} what lies under the board and cannot be reached meanwhile */
  #under = [];
  /** @type {any} */
  #awake = null;

  /**
   * @param {HTMLElement} host
   * @param {any} context
   * @param {import("../../live/store.js").TableTopic} topic the topic `queues`
   * @param {import("./day.js").DayZone} zone
   */
  constructor(host, context, topic, zone) {
    this.#host = host;
    document.body.append(host); // beside the console: what greys the console out must not catch the board
    this.#context = context;
    this.#present = new Standings(context.clock);
    this.#topic = topic;
    this.#zone = zone;
    document.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.#leave());
    addEventListener("resize", () => this.render());
    document.addEventListener("visibilitychange", () => this.#stayAwake());
  }

  /** Cover the page with it. */
  show() {
    this.#shown = true;
    this.#host.hidden = false;
    this.render();
    this.#coverPage(true);
    this.#host.focus();
    this.#stayAwake();
  }

  /** Give the page back. */
  hide() {
    if (!this.#shown) {
      return;
    }
    this.#shown = false;
    this.#host.hidden = true;
    this.#coverPage(false);
    this.#awake?.release().catch(() => {});
    this.#awake = null;
    if (document.fullscreenElement) {
      document.exitFullscreen().catch(() => {});
    }
  }

  /** Move the clocks on. */
  tick() {
    this.render();
  }

  /** Bring it up to date. */
  render() {
    if (!this.#shown) {
      return;
    }
    const standings = this.#order.sort([...this.#present.of(this.#topic.items).values()], false);
    const { columns, rows } = fitTiles(standings.length, innerWidth, innerHeight * (1 - HEAD_SHARE));
    render(
      html`
        ${this.#head(standings)}
        ${this.#standstill()}
        <div class="wall-tiles" role="list" ${vars({ "--columns": columns, "--rows": rows })}>
          ${repeat(standings, ({ queue }) => queue, (standing) => guard([standing], () => this.#tile(standing)))}
        </div>
        ${standings.length ? nothing : html`<p class="wall-empty">${this.#topic.known ? t("No queues on this PBX") : t("Waiting for the first picture of the PBX")}</p>`}`,
      this.#host,
    );
  }

  /** @param {import("./standing.js").Standing[]} standings */
  #head(standings) {
    const totals = totalsOf(standings);
    const now = this.#context.clock.now();
    return html`
      <header class="wall-head">
        <h2 class="wall-title"><span class="cut">${t("Queues of %(pbx)s", { pbx: this.#context.pbx })}</span></h2>
        <p class="wall-total"><b>${totals.waiting}</b> ${t("waiting")}</p>
        <p class="wall-total"><b>${clockText(totals.longest)}</b> ${t("longest")}</p>
        <p class="wall-clock"><span class="wall-zone">${this.#zone.nameAt(now)}</span><time>${this.#zone.timeText(now)}</time></p>
        <div class="wall-buttons">
          <button class="btn btn-icon btn-ghost" type="button" aria-label=${t("Full screen")} title=${t("Full screen")} @click=${() => this.#toggleFullScreen()}>${icon("maximize")}</button>
          <button class="btn btn-icon btn-ghost" type="button" aria-label=${t("Leave the wallboard")} title=${t("Leave the wallboard")} @click=${() => this.#leave()}>${icon("x")}</button>
        </div>
      </header>`;
  }

  /** What stands in big letters while nobody knows whether the numbers are true. */
  #standstill() {
    const reason = this.#context.notLive();
    if (reason === null) {
      return nothing;
    }
    const moment = this.#zone.timeText(this.#context.clock.now());
    return html`<p class="wall-stale" role="alert">${icon("alert-triangle")}<span>${t("Not live: as of %(time)s", { time: moment })}<small class="wall-reason">${reason}</small></span></p>`;
  }

  /** @param {import("./standing.js").Standing} standing */
  #tile({ queue, value, waiting, longest, counts, urgency }) {
    const reason = urgency.level === "calm" ? null : urgency.reasons[0];
    const share = abandonedShare(value.today);
    return html`
      <div class="wall-tile" role="listitem" data-level=${urgency.level} data-testid="wall-queue" data-key=${queue} aria-label=${queue}>
       <div class="wall-inner">
        <h3 class="wall-name"><span class="cut" dir="auto">${queue}</span></h3>
        <p class="wall-word">${icon(ICONS[urgency.level])}${reason ? reason.word : waiting ? t("In time") : t("Nobody waits")}</p>
        <dl class="wall-figures">
          ${wallFigure(t("waiting"), waiting, "waiting", waiting > 99)}
          ${wallFigure(t("longest"), clockText(longest), "longest", (longest ?? 0) >= 3600)}
          ${wallFigure(t("ready"), counts.ready, "ready", counts.ready > 99)}
        </dl>
        <p class="wall-day">
          ${t("%(level)s in time", { level: percentText(value.today?.service_level_perf ?? null) })} · ${t("%(share)s abandoned", { share: percentText(share) })}
        </p>
       </div>
      </div>`;
  }

  #toggleFullScreen() {
    const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    change.catch(() => {}); // a browser may forbid it; the board covers the page all the same
  }

  #leave() {
    if (this.#shown && !document.fullscreenElement) {
      this.#context.go(this.#context.href("queues"));
    } else if (this.#shown) {
      document.exitFullscreen().catch(() => {});
    }
  }

  /**
   * Keep what lies under the board from being reached.
   *
   * @param {boolean} covered
   */
  #coverPage(covered) {
    document.body.classList.toggle("has-wall", covered);
    this.#under.forEach((element) => (element.inert = false));
    this.#under = covered ? [...around(this.#host)].filter((element) => !element.inert) : [];
    this.#under.forEach((element) => (element.inert = true));
  }

  /** A screen that shows the board does not go dark, where the browser can see to that. */
  async #stayAwake() {
    if (this.#shown && !document.hidden && "wakeLock" in navigator) {
      this.#awake = await navigator.wakeLock.request("screen").catch(() => null);
    }
  }
}

/**
 * All that stands beside an element or beside what it is in, but for messages.
 *
 * @param {HTMLElement} inner
 * @returns {Generator<HTMLElement>}
 */
function* around(inner) {
  for (let element = inner; element !== document.body && element.parentElement; element = element.parentElement) {
    for (const sibling of element.parentElement.children) {
      if (sibling !== element && sibling instanceof HTMLElement && !sibling.matches(".toasts, dialog, script")) {
        yield sibling;
      }
    }
  }
}

/**
 * @param {string} label
 * @param {unknown} value
 * @param {string} part
 * @param {boolean} long whether it needs more room than others
 */
function wallFigure(label, value, part, long) {
  return html`<div class="wall-figure" data-figure=${part} ?data-long=${long}><dt>${label}</dt><dd>${value}</dd></div>`;
}
