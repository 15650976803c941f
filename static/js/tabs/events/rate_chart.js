/** A strip that shows how many events came in each of the last seconds. */

import { html, nothing, render, svg } from "../../../vendor/lit-html/lit-html.js";
import { timeText } from "../../format.js";
import { t } from "../../words.js";
import { RATE_SECONDS } from "./event_rate.js";

const HEIGHT = 40;
const BAR = 0.8;
const LEAST_SCALE = 5; // events a second that fill the strip, so that one event does not look like a storm

export class RateChart {
  #host;
  /** @type {(number | null)[]} */
  #counts = [];
  #end = 0;
  /** @type {number | null} */
  #pointed = null;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#host = host;
    host.addEventListener("pointermove", (event) => this.#point(event));
    host.addEventListener("pointerleave", () => {
      this.#pointed = null;
      this.#draw();
    });
  }

  /**
   * Show the counts until now.
   *
   * @param {(number | null)[]} counts of an EventRate
   * @param {number} now milliseconds since 1970
   */
  show(counts, now) {
    this.#counts = counts;
    this.#end = Math.floor(now / 1000);
    this.#draw();
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const drawing = this.#host.querySelector("svg");
    if (drawing) {
      const { left, width } = drawing.getBoundingClientRect();
      const index = Math.floor(((event.clientX - left) / width) * RATE_SECONDS);
      this.#pointed = index >= 0 && index < RATE_SECONDS ? index : null;
      this.#draw();
    }
  }

  #draw() {
    const known = this.#counts.filter((count) => count !== null);
    const most = Math.max(0, ...known);
    const scale = Math.max(LEAST_SCALE, most);
    const unknown = this.#counts.findLastIndex((count) => count === null) + 1;
    const bars = this.#counts.map((count, index) => count ? bar(index, (count / scale) * HEIGHT) : "").join("");
    const words = this.#words(known, most);
    render(
      html`<svg viewBox=${`0 0 ${RATE_SECONDS} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${words}>
          ${unknown ? svg`<rect class="rate-unknown" x="0" y="0" width=${unknown} height=${HEIGHT}></rect>` : nothing}
          <path class="rate-bars" d=${bars}></path>
          ${this.#pointed === null ? nothing : svg`<path class="rate-pointed" d=${bar(this.#pointed, HEIGHT)}></path>`}
        </svg>
        <p class="rate-words">${this.#pointed === null ? words : this.#pointedWords(this.#pointed)}</p>`,
      this.#host,
    );
  }

  /**
   * @param {number[]} known
   * @param {number} most
   */
  #words(known, most) {
    if (!known.length) {
      return t("Events a second: not known yet");
    }
    return t("Events a second: %(now)s now, %(most)s at most in %(minutes)s minutes", {
      now: known[known.length - 1], most, minutes: RATE_SECONDS / 60,
    });
  }

  /** @param {number} index */
  #pointedWords(index) {
    const count = this.#counts[index];
    const time = timeText(new Date((this.#end - RATE_SECONDS + index) * 1000)).slice(0, 8);
    return count === null ? t("%(time)s: not known", { time }) : t("%(time)s: %(count)s events", { time, count });
  }
}

/**
 * @param {number} index
 * @param {number} height
 */
function bar(index, height) {
  return `M${index} ${HEIGHT}v${-height.toFixed(2)}h${BAR}V${HEIGHT}z`;
}
