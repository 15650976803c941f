/** The rows of the Events tab: thousands of them, of which only those are made that can be seen. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { coalesce, icon, vars } from "../../dom.js";
import { timeText } from "../../format.js";
import { t, tn } from "../../words.js";
import { summarizeEvent } from "./event_summary.js";

/** @typedef {import("./event_window.js").Row} Row */

/** Heights of a row in pixels; tabs/events.css has the same. */
const ROW_PX = 34;
const PHONE_ROW_PX = 56;
const PHONE = "(width < 768px)";
const BEYOND = 6; // rows that are made above and below those that can be seen

/** @type {WeakMap<Row, {time: string, summary: string}>} */
const written = new WeakMap();

/** @param {Row} row */
function write(row) {
  let words = written.get(row);
  if (!words && row.event) {
    words = { time: timeText(row.event.at), summary: summarizeEvent(row.event.event, row.event.data) };
    written.set(row, words);
  }
  return words ?? { time: "", summary: "" };
}

export class EventList {
  #host;
  #choose;
  #scrolled;
  /** @type {Row[]} newest first */
  #rows = [];
  /** @type {string | null} the row that the keys are at */
  #active = null;
  /** @type {string | null} the row that is shown in detail */
  #chosen = null;
  #top = 0;
  #height = 0;
  #rowPx = ROW_PX;

  /**
   * @param {HTMLElement} host what scrolls
   * @param {(key: string | null, moved: boolean) => void} choose shows a row in detail, or none; `moved` from another one
   * @param {(atTop: boolean) => void} scrolled is told whether the newest row can be seen
   */
  constructor(host, choose, scrolled) {
    this.#host = host;
    this.#choose = choose;
    this.#scrolled = scrolled;
    const phone = matchMedia(PHONE);
    const draw = coalesce(() => this.#draw(), 0);
    const measure = () => {
      this.#rowPx = phone.matches ? PHONE_ROW_PX : ROW_PX;
      draw();
    };
    phone.addEventListener("change", measure);
    measure();
    new ResizeObserver(([entry]) => {
      this.#height = entry.contentRect.height;
      draw();
    }).observe(host);
    host.addEventListener("scroll", () => {
      this.#top = host.scrollTop;
      this.#scrolled(this.atTop);
      draw();
    }, { passive: true });
    host.addEventListener("click", (event) => this.#clicked(event));
    host.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** The row that the keys are at, or that is shown in detail. */
  get current() {
    return this.#rows.find((row) => row.key === (this.#active ?? this.#chosen)) ?? null;
  }

  /** The key of the row that is shown in detail. */
  get chosen() {
    return this.#chosen;
  }

  /** Whether the newest row can be seen. */
  get atTop() {
    return this.#top < this.#rowPx;
  }

  /**
   * Show rows; those that are being read stay where they are.
   *
   * @param {Row[]} rows newest first
   */
  show(rows) {
    const index = Math.floor(this.#top / this.#rowPx);
    const anchor = this.atTop ? undefined : this.#rows[index]?.key;
    this.#rows = rows;
    const moved = anchor === undefined ? -1 : rows.findIndex((row) => row.key === anchor);
    if (moved >= 0 && moved !== index) {
      this.#draw();
      this.#host.scrollTop = this.#top + (moved - index) * this.#rowPx;
      this.#top = this.#host.scrollTop;
    }
    this.#draw();
  }

  /**
   * Mark the row that is shown in detail.
   *
   * @param {string | null} key
   */
  mark(key) {
    this.#chosen = key;
    this.#active = key ?? this.#active;
    this.#draw();
  }

  /** Go to the newest row. */
  toTop() {
    this.#host.scrollTop = 0;
  }

  focus() {
    this.#host.focus();
  }

  #draw() {
    const first = Math.max(0, Math.floor(this.#top / this.#rowPx) - BEYOND);
    const count = Math.ceil(this.#height / this.#rowPx) + 2 * BEYOND;
    const seen = this.#rows.slice(first, first + count);
    const active = seen.some((row) => row.key === this.#active) ? domId(/** @type {string} */ (this.#active)) : null;
    if (active) {
      this.#host.setAttribute("aria-activedescendant", active);
    } else {
      this.#host.removeAttribute("aria-activedescendant");
    }
    render(
      html`<div class="events-sheet" role="presentation" ${vars({ "--events-count": this.#rows.length })}>
        <div class="events-rows" role="presentation" ${vars({ "--events-first": first })}>${repeat(seen, (row) => row.key, (row) => this.#row(row))}</div>
      </div>`,
      this.#host,
    );
  }

  /** @param {Row} row */
  #row(row) {
    if (row.gap) {
      return html`<div class="event is-gap" role="option" aria-selected="false" aria-disabled="true" data-testid="event-gap">
        ${icon("alert-triangle")}<span class="cut">${gapText(row.gap)}</span>
      </div>`;
    }
    const { time, summary } = write(row);
    return html`<div class="event" role="option" id=${domId(row.key)} data-key=${row.key} data-testid="event"
      aria-selected=${row.key === this.#chosen} ?data-active=${row.key === this.#active}>
      <span class="event-time">${time}</span><span class="event-name cut">${row.event?.event}</span><span
        class="event-summary cut" title=${summary || nothing}>${summary}</span><span
        class="event-channel cut">${row.subject?.channels[0]?.name}</span>
    </div>`;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const element = /** @type {Element} */ (event.target).closest("[data-key]");
    if (element instanceof HTMLElement && element.dataset.key) {
      this.#active = element.dataset.key;
      this.#choose(element.dataset.key, this.#chosen !== null);
    }
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const page = Math.max(1, Math.floor(this.#height / this.#rowPx) - 1);
    const index = this.#rows.findIndex((row) => row.key === this.#active);
    const target = {
      ArrowDown: index + 1, ArrowUp: Math.max(0, index - 1), PageDown: Math.max(0, index) + page, PageUp: index - page,
      Home: 0, End: this.#rows.length - 1,
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      this.#moveTo(Math.min(Math.max(0, target), this.#rows.length - 1), target < index ? -1 : 1);
    } else if (event.key === "Enter" && this.#active) {
      event.preventDefault();
      this.#choose(this.#active, this.#chosen !== null);
    } else if (event.key === "Escape" && this.#chosen) {
      event.preventDefault();
      this.#choose(null, false);
    }
  }

  /**
   * Move the keys to a row, over a gap to the one beyond it.
   *
   * @param {number} index
   * @param {1 | -1} direction
   */
  #moveTo(index, direction) {
    const row = this.#rows[this.#rows[index]?.gap ? index + direction : index];
    if (!row?.event) {
      return;
    }
    this.#active = row.key;
    const top = this.#rows.indexOf(row) * this.#rowPx;
    if (top < this.#top) {
      this.#host.scrollTop = top;
    } else if (top + this.#rowPx > this.#top + this.#height) {
      this.#host.scrollTop = top + this.#rowPx - this.#height;
    }
    this.#top = this.#host.scrollTop;
    if (this.#chosen) {
      this.#choose(row.key, true);
    }
    this.#draw();
  }
}

/** @param {string} key */
function domId(key) {
  return `event-${key}`;
}

/** @param {import("./event_window.js").Gap} gap */
function gapText({ missed, newSession, paused }) {
  if (missed === null) {
    return newSession
      ? t("Events may be missing here: the link to the PBX was made anew.")
      : t("Events may be missing here: they came faster than they were fetched.");
  }
  return paused
    ? tn("%(count)s event fell out here: the pause was too long to keep it.", "%(count)s events fell out here: the pause was too long to keep them.", missed)
    : tn("%(count)s event is missing here: it came faster than it was fetched.", "%(count)s events are missing here: they came faster than they were fetched.", missed);
}
