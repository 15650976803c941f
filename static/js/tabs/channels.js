/** The Channels tab: one row for each channel that exists on the PBX now. */

import { Problem } from "../api.js";
import { openDialog } from "../components/dialogs.js";
import {
  cloneTemplate, coalesce, partsOf, setAttribute, setLongText, setPending, setShown, setText, setTone,
} from "../dom.js";
import { clockText, partyText } from "../format.js";
import { isolated } from "../words.js";
import { unknownTopic } from "../live/link.js";
import { KeyedRows } from "../components/keyed_rows.js";

/** Tone of each of Asterisk's channel states (channel.c, ast_state2str); an unlisted one is neutral. */
const STATE_TONES = new Map([
  ["Up", "good"], ["Ringing", "warn"], ["Ring", "info"], ["Dialing", "info"], ["Busy", "bad"],
]);

const text = (read) => (a, b) => collator.compare(read(a) ?? "", read(b) ?? "");
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The orders that the column heads offer. */
const ORDERS = {
  state: text((channel) => channel.state),
  channel: text((channel) => channel.channel),
  caller: text((channel) => channel.caller_id_name || channel.caller_id_num),
  connected: text((channel) => channel.connected_line_name || channel.connected_line_num),
  exten: text((channel) => `${channel.exten ?? ""}@${channel.context ?? ""}`),
  application: text((channel) => channel.application),
  duration: (a, b) => startOf(b) - startOf(a),
};

const SEARCHED = [
  "channel", "unique_id", "linked_id", "state", "caller_id_num", "caller_id_name", "connected_line_num",
  "connected_line_name", "context", "exten", "application", "application_data", "account_code",
];

export class ChannelsTab {
  #context;
  #topic;
  #parts;
  #rows;
  #changed = new Set();
  #visible = false;
  #pending = new Set();
  #order = { column: "duration", descending: false };

  static topics = ["channels"];

  /**
   * @param {HTMLElement} panel
   * @param {object} context what main.js hands to each tab
   * @param {{channels: import("../live/store.js").TableTopic}} topics
   */
  constructor(panel, context, { channels: topic }) {
    this.#context = context;
    this.#topic = topic;
    this.#parts = partsOf(panel);
    this.#rows = new KeyedRows(this.#parts.rows, {
      create: () => new ChannelRow(context.clock, context.can("calls.control")),
      compare: this.#comparison(),
      accepts: (channel) => this.#accepts(channel),
    });
    const flush = coalesce(() => this.#flush());
    context.link.listen(flush);
    topic.listen((changed) => {
      changed.forEach((key) => this.#changed.add(key));
      flush();
    });
    this.#parts.filter.addEventListener("input", () => this.#filter());
    this.#parts.order.addEventListener("change", () => this.#sortBy(this.#parts.order.value));
    this.#parts.head.addEventListener("click", (event) => this.#headClicked(event));
    this.#parts.rows.addEventListener("click", (event) => this.#rowClicked(event));
  }

  /** Bring the rows up to date and keep them so. */
  show() {
    this.#visible = true;
    this.#flush();
    this.tick();
  }

  /** Stop touching the page. */
  hide() {
    this.#visible = false;
  }

  /** Move the clocks on; called once a second. */
  tick() {
    if (this.#visible) {
      this.#rows.each((row) => row.tick());
    }
  }

  #flush() {
    if (!this.#visible) {
      return;
    }
    this.#rows.update(this.#changed, this.#topic.items);
    this.#changed.clear();
    this.#summarize();
  }

  #summarize() {
    const { known, items } = this.#topic;
    const error = this.#topic.error ?? unknownTopic(this.#context.link.items.get(this.#context.pbx), "channels");
    const total = items.size;
    this.#context.count("channels", known && !error ? total : null);
    const shown = this.#rows.shown;
    const states = new Map();
    for (const { state } of items.values()) {
      states.set(state, (states.get(state) ?? 0) + 1);
    }
    const counted = [...states].sort((a, b) => b[1] - a[1]).map(([state, count]) => `${count} ${state}`);
    setText(this.#parts.summary, shown === total ? counted.join(" · ") : `${shown} of ${total} shown`);
    setShown(this.#parts.table, shown > 0);
    setShown(this.#parts.waiting, !known && !error);
    setShown(this.#parts.empty, known && !error && total === 0);
    setShown(this.#parts.unmatched, known && total > 0 && shown === 0);
    setShown(this.#parts.failed, Boolean(error));
    setText(this.#parts.error, error?.detail ?? "");
  }

  #accepts(channel) {
    const words = this.#parts.filter.value.trim().toLowerCase().split(/\s+/);
    const searched = SEARCHED.map((field) => channel[field] ?? "").join("\n").toLowerCase();
    return words.every((word) => searched.includes(word));
  }

  #filter() {
    this.#rows.filter();
    this.#summarize();
  }

  #comparison() {
    const { column, descending } = this.#order;
    const compare = ORDERS[column];
    return descending ? (a, b) => compare(b, a) : compare;
  }

  #headClicked(event) {
    const column = event.target.closest("[data-column]")?.dataset.column;
    if (column) {
      this.#sortBy(column);
    }
  }

  #sortBy(column) {
    this.#order = { column, descending: this.#order.column === column && !this.#order.descending };
    for (const button of this.#parts.head.querySelectorAll("[data-column]")) {
      const direction = this.#order.descending ? "descending" : "ascending";
      setAttribute(button.closest("th"), "aria-sort", button.dataset.column === column ? direction : null);
    }
    this.#parts.order.value = column;
    this.#rows.sort(this.#comparison());
  }

  #rowClicked(event) {
    const button = event.target.closest("[data-write]");
    if (button) {
      this.#write(button.closest("[data-key]").dataset.key, button);
    }
  }

  /** Send a row's channel to the route that a button names; what it does and did are in its words. */
  async #write(key, { title, dataset: { write, done: doneTitle } }) {
    const channel = this.#topic.items.get(key);
    const asks = write === "hangup/" && channel && talks(channel);
    if (!channel || this.#pending.has(key) || (asks && !(await this.#confirm(key, channel)))) {
      return;
    }
    this.#setPending(key, true);
    try {
      const done = await this.#context.api.write(write, { channel: key });
      this.#context.toasts.show("good", `${doneTitle} ${channel.channel}`, done.message);
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      this.#context.toasts.problem(`${title} ${channel.channel}`, problem);
    } finally {
      this.#setPending(key, false);
    }
  }

  async #confirm(key, channel) {
    const dialog = openDialog("hangup-dialog", (parts) => {
      parts.channel.textContent = channel.channel;
      parts.parties.textContent = describeParties(channel);
      parts.duration.textContent = clockText(this.#context.clock.secondsSince(channel.answered_at ?? channel.created_at));
    });
    const stop = this.#topic.listen(() => {
      if (!this.#topic.items.has(key)) {
        dialog.close();
        this.#context.toasts.show("info", `${channel.channel} is gone`, "The call ended before you hung it up.");
        stop();
      }
    });
    const answer = await dialog.answer;
    stop();
    return answer !== null;
  }

  #setPending(key, pending) {
    if (pending) {
      this.#pending.add(key);
    } else {
      this.#pending.delete(key);
    }
    this.#rows.get(key)?.setPending(pending);
  }
}

/** One channel's row; on a phone the same cells are laid out as a card. */
class ChannelRow {
  #clock;
  #parts;
  #buttons;
  #channel;

  constructor(clock, mayControl) {
    const { element, parts } = cloneTemplate("channel-row");
    this.element = element;
    this.#clock = clock;
    this.#parts = parts;
    this.#buttons = [...element.querySelectorAll("[data-write]")];
    for (const button of this.#buttons) {
      button.hidden = !mayControl;
    }
  }

  update(channel) {
    const parts = this.#parts;
    const changedName = this.#channel?.channel !== channel.channel;
    this.#channel = channel;
    setText(parts.state, channel.on_hold ? "On hold" : (channel.state ?? "Unknown"));
    setTone(parts.state, channel.on_hold ? "info" : (STATE_TONES.get(channel.state) ?? "neutral"));
    setLongText(parts.channel, channel.channel);
    if (changedName) {
      for (const button of this.#buttons) {
        button.setAttribute("aria-label", `${button.title} ${channel.channel}`);
      }
    }
    const caller = partyText(channel.caller_id_name, channel.caller_id_num);
    setLongText(parts.callerName, caller.name || "Unknown");
    parts.callerName.classList.toggle("is-unknown", !caller.name);
    setLongText(parts.callerNumber, caller.number);
    const connected = partyText(channel.connected_line_name, channel.connected_line_num);
    setLongText(parts.connectedName, connected.name || "–");
    parts.connected.classList.toggle("is-unknown", !connected.name);
    setLongText(parts.connectedNumber, connected.number);
    setLongText(parts.exten, channel.exten ? `${channel.exten}@${channel.context ?? ""}` : "–");
    setText(parts.application, channel.application ?? "–");
    setLongText(parts.applicationData, channel.application_data ?? "");
    this.tick();
  }

  tick() {
    const { created_at: created, answered_at: answered } = this.#channel;
    setText(this.#parts.duration, clockText(this.#clock.secondsSince(created)));
    setText(this.#parts.answered, answered ? `up ${clockText(this.#clock.secondsSince(answered))}` : "");
  }

  setPending(pending) {
    for (const button of this.#buttons) {
      setPending(button, pending);
    }
  }
}

function startOf(channel) {
  return Date.parse(channel.created_at ?? 0);
}

function talks(channel) {
  return channel.state === "Up";
}

function describeParties(channel) {
  const words = (name, number) => {
    const party = partyText(name, number);
    return party.number ? `${isolated(party.name)} (${isolated(party.number)})` : isolated(party.name);
  };
  const caller = words(channel.caller_id_name, channel.caller_id_num) || "Unknown";
  const connected = words(channel.connected_line_name, channel.connected_line_num);
  return connected ? `${caller} ↔ ${connected}` : caller;
}
