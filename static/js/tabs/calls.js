/** The Calls tab: one row for each call that goes on, and beside it one call with its lanes. */

import { actionsOf, hangUpCall, listenToCall } from "../actions/call_actions.js";
import { clock, party, pill, text } from "../components/cells.js";
import { LiveTable } from "../components/live_table.js";
import { coalesce, icon, partsOf, setShown } from "../dom.js";
import { clockText } from "../format.js";
import { callState } from "../states.js";
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { t, tn } from "../words.js";
import { STATES, callingParty, countStates, otherParty, searchedText, stateSince, whereText } from "./calls/call_words.js";
import { TONES, levelOfWait } from "./queues/urgency.js";

/** @typedef {import("../live/store.js").TableTopic} TableTopic */
/** @typedef {Record<string, any>} LiveCall a value of the topic `calls` */

/** More milliseconds than any moment has. */
const STATE_WEIGHT = 1e14;

export class CallsTab {
  static topics = ["calls", "queues"];

  #context;
  #calls;
  #queues;
  #parts;
  #table;
  /** @type {import("./calls/call_view.js").CallView | null} loaded when the first call is opened */
  #view = null;
  /** @type {string | null} the linked ID of the call that is opened */
  #opened = null;
  #visible = false;
  /** @type {string | null} the state that alone is shown */
  #state = null;

  /**
   * @param {HTMLElement} panel
   * @param {import("../shell/context.js").Context} context
   * @param {{calls: TableTopic, queues: TableTopic}} topics
   */
  constructor(panel, context, { calls, queues }) {
    this.#context = context;
    this.#calls = calls;
    this.#queues = queues;
    this.#parts = partsOf(panel);
    this.#table = new LiveTable(this.#parts.table, context, {
      name: "calls",
      label: t("Calls"),
      topic: calls,
      columns: this.#columns(),
      order: { column: "state", descending: false },
      card: ["caller", "state", "callee", "since"],
      accepts: (call) => this.#state === null || call.state === this.#state,
      actions: actionsOf,
      quick: [listenToCall, hangUpCall],
      select: true,
      bulk: [hangUpCall],
      target: (call) => call,
      open: (linkedId) => context.href("calls", linkedId, { state: this.#state }),
      summary: (shown) => this.#summary(shown),
      empty: { icon: "phone-calling", title: t("No calls right now"), text: t("Calls appear here the moment they begin on the PBX.") },
    });
    this.#parts.calls.addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
    const flush = coalesce(() => this.#visible && this.#showChips());
    calls.listen(flush);
  }

  /**
   * @param {string[]} path
   * @param {URLSearchParams} query
   */
  show(path, query) {
    this.#visible = true;
    const [linkedId = null] = path;
    const state = query.get("state");
    const wanted = state !== null && STATES.includes(state) ? state : null;
    this.#parts.calls.dataset.open = String(linkedId !== null);
    setShown(this.#parts.call, linkedId !== null);
    this.#open(linkedId);
    this.#table.show();
    if (wanted !== this.#state) {
      this.#state = wanted;
      this.#table.refresh();
    }
    this.#showChips();
  }

  hide() {
    this.#visible = false;
    this.#open(null);
    this.#table.hide();
  }

  tick() {
    this.#table.tick();
    this.#view?.tick();
  }

  /**
   * Show a call beside the table, or none.
   *
   * @param {string | null} linkedId
   */
  async #open(linkedId) {
    this.#opened = linkedId;
    if (linkedId !== null && !this.#view) {
      const { CallView } = await import("./calls/call_view.js");
      this.#view ??= new CallView(this.#parts.call, this.#context, this.#calls);
    }
    this.#view?.show(this.#opened);
  }

  /**
   * Show only calls in which these words stand.
   *
   * @param {string} words
   */
  filter(words) {
    this.#table.filter(words);
  }

  #columns() {
    return [
      {
        key: "state",
        label: t("State"),
        cell: pill((/** @type {LiveCall} */ call) => callState(call.state)),
        sort: urgency,
        text: (/** @type {LiveCall} */ call) => callState(call.state).label,
        width: "minmax(9.5rem, 0.7fr)",
      },
      {
        key: "caller",
        label: t("Caller"),
        cell: party(callingParty),
        sort: (/** @type {LiveCall} */ call) => partySort(callingParty(call)),
        text: (/** @type {LiveCall} */ call) => partySort(callingParty(call)),
        width: "minmax(9rem, 1.6fr)",
      },
      {
        key: "callee",
        label: t("With"),
        cell: party(otherParty),
        sort: (/** @type {LiveCall} */ call) => partySort(otherParty(call)),
        text: (/** @type {LiveCall} */ call) => partySort(otherParty(call)),
        width: "minmax(9rem, 1.6fr)",
      },
      {
        key: "since",
        label: t("Since"),
        cell: (/** @type {LiveCall} */ call) => this.#sinceCell(call),
        sort: (/** @type {LiveCall} */ call) => -Date.parse(stateSince(call)),
        width: "minmax(4.5rem, 0.5fr)",
        end: true,
      },
      {
        key: "where",
        label: t("Where"),
        cell: text(whereText),
        sort: whereText,
        text: searchedText,
        width: "minmax(8.5rem, 1fr)",
      },
      {
        key: "duration",
        label: t("Duration"),
        cell: clock((/** @type {LiveCall} */ call) => call.started_at),
        sort: (/** @type {LiveCall} */ call) => -Date.parse(call.started_at),
        width: "minmax(5.75rem, 0.5fr)",
        end: true,
      },
    ];
  }

  /** Close the call that is open. @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape" && this.#parts.calls.dataset.open === "true") {
      event.preventDefault();
      event.stopPropagation(); // the table would let go of who is chosen
      this.#context.go(this.#context.href("calls", { state: this.#state }));
    }
  }

  /** How long a call is in its state; a wait has the tone that its queue's service level gives it. @param {LiveCall} call */
  #sinceCell(call) {
    const seconds = this.#context.clock.secondsSince(stateSince(call));
    if (call.state !== "queued") {
      return html`<span class="clock">${clockText(seconds)}</span>`;
    }
    const level = this.#queues.items.get(call.queue)?.service_level ?? null;
    const tone = TONES[levelOfWait(seconds, level)];
    const title = level ? t("Service level of %(queue)s: %(span)s", { queue: call.queue, span: clockText(level) }) : nothing;
    return html`<span class="clock call-wait" data-tone=${tone} title=${title}>${tone === "neutral" ? nothing : icon("clock")}${clockText(seconds)}</span>`;
  }

  /** @param {LiveCall[]} shown */
  #summary(shown) {
    const waits = shown.filter((call) => call.state === "queued").map((call) => this.#context.clock.secondsSince(call.wait_started_at) ?? 0);
    const calls = tn("%(count)s call", "%(count)s calls", shown.length);
    return waits.length ? t("%(calls)s, the longest wait is %(span)s", { calls, span: clockText(Math.max(...waits)) }) : calls;
  }

  #showChips() {
    const counts = countStates(this.#calls.items.values());
    const total = this.#calls.items.size;
    this.#context.count("calls", this.#calls.known ? total : null);
    const chips = STATES.filter((state) => counts.get(state) || state === this.#state || ["queued", "ringing", "talking"].includes(state));
    render(
      html`${this.#chip(null, t("All"), total, null)}${chips.map((state) => {
        const { label, icon: symbol, tone } = callState(state);
        return this.#chip(state, label, counts.get(state) ?? 0, { symbol, tone });
      })}`,
      this.#parts.chips,
    );
  }

  /**
   * @param {string | null} state
   * @param {string} label
   * @param {number} count
   * @param {{symbol: string, tone: string} | null} look
   */
  #chip(state, label, count, look) {
    return html`<a class="state-chip" href=${this.#context.href("calls", { state })} aria-current=${state === this.#state ? "true" : nothing}
      data-tone=${look?.tone ?? "neutral"} data-state=${state ?? "all"}>${look ? icon(look.symbol) : nothing}<span>${label}</span><b class="number">${count}</b></a>`;
  }
}

/**
 * What orders calls so that those somebody may have to act on are first, and of these who waits longest.
 *
 * @param {LiveCall} call
 */
function urgency(call) {
  return STATES.indexOf(call.state) * STATE_WEIGHT + Date.parse(stateSince(call));
}

/** @param {{name: string | null, number: string | null} | null} somebody */
function partySort(somebody) {
  return [somebody?.name, somebody?.number].filter(Boolean).join(" ");
}
