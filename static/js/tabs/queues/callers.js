/** Who waits in a queue: a lane of bars on one time axis, with the line of the service level. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { CALLER_ACTIONS, callerTarget } from "../../actions/queue_actions.js";
import { itemsFor, openMenu } from "../../components/row_menu.js";
import { icon, vars } from "../../dom.js";
import { clockText, partyText } from "../../format.js";
import { t } from "../../words.js";
import { layLane } from "./lane.js";
import { RowKeys } from "./row_keys.js";
import { Selection } from "./selection.js";
import { TONES } from "./urgency.js";

export class CallersLane {
  #host;
  #context;
  #keys;
  #selection;
  /** @type {import("./standing.js").Queue | null} */
  #queue = null;
  /** @type {number | null} */
  #scale = null;

  /**
   * @param {{lane: HTMLElement, bar: HTMLElement}} parts
   * @param {any} context
   */
  constructor({ lane, bar }, context) {
    this.#host = lane;
    this.#context = context;
    this.#selection = new Selection(bar, context, CALLER_ACTIONS, { changed: () => this.render(), target: (key) => this.#target(key) });
    this.#keys = new RowKeys(lane, {
      menu: (key, row, at) => this.#menu(key, row, at),
      select: (key) => this.#selection.useful && this.#selection.set([key], !this.#selection.has(key)),
      act: (key, letter, row) => this.#act(key, letter, row),
    });
  }

  /**
   * Take over what the queue is now.
   *
   * @param {import("./standing.js").Queue} queue
   */
  update(queue) {
    if (this.#queue?.queue !== queue.queue) {
      this.#scale = null;
      this.#selection.clear();
    }
    this.#queue = queue;
    this.render();
  }

  /** Bring the bars up to date. */
  render() {
    const queue = this.#queue;
    if (!queue) {
      return;
    }
    const lane = layLane(queue, this.#context.clock, this.#scale);
    this.#scale = lane.scale;
    this.#selection.keep(queue.callers.map((caller) => caller.unique_id));
    this.#keys.around(() => render(lane.bars.length ? this.#lane(queue, lane) : emptyLane(), this.#host));
  }

  /**
   * @param {import("./standing.js").Queue} queue
   * @param {ReturnType<typeof layLane>} lane
   */
  #lane(queue, lane) {
    const level = lane.levelShare;
    return html`
      <div class="lane" role="grid" aria-label=${t("Callers of %(queue)s", { queue: queue.queue })} ?data-select=${this.#selection.useful}
        data-level=${level === null ? "none" : "some"} ${vars({ "--level": `${(level ?? 0) * 100}%` })}>
        <div class="lane-axis" aria-hidden="true">
          <div class="lane-track">
            ${lane.ticks.map((tick) => html`<span class="lane-tick" ${vars({ "--at": `${tick.share * 100}%` })}>${axisText(tick.seconds)}</span>`)}
            ${level === null ? nothing : html`<span class="lane-level">${t("Level %(clock)s", { clock: axisText(queue.service_level ?? 0) })}</span>`}
          </div>
        </div>
        ${repeat(lane.bars, (bar) => bar.caller.unique_id, (bar) => this.#row(queue, bar))}
      </div>`;
  }

  /**
   * @param {import("./standing.js").Queue} queue
   * @param {import("./lane.js").Bar} bar
   */
  #row(queue, { caller, waited, share, level }) {
    const key = caller.unique_id;
    const party = partyText(caller.caller_id_name, caller.caller_id_num);
    const name = party.name || t("Unknown");
    return html`
      <div class="lane-row" role="row" data-row=${key} tabindex="-1" data-testid="queue-caller" aria-selected=${this.#selection.useful ? String(this.#selection.has(key)) : nothing}>
        ${this.#selection.useful
          ? html`<span class="lane-check" role="gridcell"><input class="form-check-input" type="checkbox" tabindex="-1" aria-label=${t("Choose %(name)s", { name })}
              .checked=${this.#selection.has(key)} @change=${(/** @type {any} */ event) => this.#selection.set([key], event.target.checked)}></span>`
          : nothing}
        <span class="lane-place" role="gridcell">${caller.position}</span>
        <span class="lane-party" role="gridcell">
          <span class="cut party ${party.name ? "" : "is-unknown"}" dir="auto" title=${name}>${name}</span>
          <span class="cut second" dir="ltr">${party.number}</span>
        </span>
        <span class="lane-priority second" role="gridcell" title=${t("Priority")}>${caller.priority ? t("Prio %(priority)s", { priority: caller.priority }) : nothing}</span>
        <span class="lane-track" role="gridcell" data-tone=${level === "calm" ? "info" : TONES[level]}>
          <span class="lane-bar" ${vars({ "--share": `${share * 100}%` })}></span>
          <span class="lane-clock clock" data-far=${share > 0.7 ? "true" : nothing} ${vars({ "--share": `${share * 100}%` })}>${clockText(waited)}</span>
        </span>
        <span class="lane-actions" role="gridcell">
          ${this.#selection.useful
            ? html`<button class="btn btn-icon btn-ghost btn-sm" type="button" tabindex="-1" aria-haspopup="menu" aria-label=${t("Actions of %(name)s", { name })}
                @click=${(/** @type {any} */ event) => this.#menu(key, event.currentTarget)}>${icon("dots-vertical")}</button>`
            : nothing}
        </span>
      </div>`;
  }

  /** @param {string} key */
  #target(key) {
    const caller = this.#queue?.callers.find((one) => one.unique_id === key);
    return caller && this.#queue ? callerTarget(this.#queue.queue, caller) : null;
  }

  /**
   * @param {string} key
   * @param {HTMLElement} anchor
   * @param {{x: number, y: number}} [at]
   */
  #menu(key, anchor, at) {
    const target = this.#target(key);
    if (target) {
      openMenu(anchor, itemsFor(CALLER_ACTIONS, target, this.#context, anchor), { label: t("Actions of %(name)s", { name: target.name }), at });
    }
  }

  /**
   * @param {string} key
   * @param {string} letter
   * @param {HTMLElement} row
   */
  #act(key, letter, row) {
    const spec = CALLER_ACTIONS.find((one) => one.key === letter);
    const target = this.#target(key);
    if (!spec || !target) {
      return false;
    }
    this.#context.run(spec, target, { anchor: row });
    return true;
  }
}

function emptyLane() {
  return html`<p class="queue-none">${t("Nobody waits.")}</p>`;
}

/** @param {number} seconds */
function axisText(seconds) {
  return seconds === 0 ? "0" : clockText(seconds);
}
