/** The Events tab: the PBX's raw events as they come, newest first; filtered, paused, followed, saved. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { coalesce, icon, partsOf, setShown } from "../dom.js";
import { timeText } from "../format.js";
import { unknownTopic } from "../live/link.js";
import { t } from "../words.js";
import { eventDetail, goneDetail, linkedIdOf } from "./events/event_detail.js";
import { fileName, toCsv, toJsonLines } from "./events/event_export.js";
import { EventFilter } from "./events/event_filter.js";
import { EventList } from "./events/event_list.js";
import { EventRate } from "./events/event_rate.js";
import { chosenChips, filterTools, nameList, summaryText } from "./events/event_tools.js";
import { EventReader, EventWindow } from "./events/event_window.js";
import { RateChart } from "./events/rate_chart.js";

/** As many as the topic keeps (live/topics.js), and as can be shown. */
const HELD = 5000;
const KEPT_FILTER = "events.filter";
const TOOLS_MS = 500;
const TYPES = Object.freeze({ jsonl: "application/x-ndjson", csv: "text/csv" });

export class EventsTab {
  static topics = ["events"];

  #context;
  #topic;
  #parts;
  #events;
  #rate;
  #chart;
  #list;
  #shown = 0;
  /** @type {import("./events/event_window.js").Row | null} kept here, so that it can be read after it has fallen out */
  #chosen = null;
  /** @type {string | null} the number of the event that the address names */
  #wanted = null;
  /** @type {Set<string>} names of queues that events told */
  #queues = new Set();
  #unfolded = false;
  #visible = false;
  #draw = coalesce(() => this.#drawRows());
  #drawTools = coalesce(() => this.#drawAround(), TOOLS_MS);
  #does;

  /**
   * @param {HTMLElement} panel
   * @param {import("../shell/context.js").Context} context
   * @param {{events: import("../live/store.js").EventTopic}} topics
   */
  constructor(panel, context, { events: topic }) {
    this.#context = context;
    this.#topic = topic;
    this.#parts = partsOf(panel);
    this.#events = new EventWindow(topic, HELD);
    this.#rate = new EventRate(new EventReader(topic));
    this.#chart = new RateChart(this.#parts.rate);
    this.#list = new EventList(this.#parts.rows, (key, moved) => this.#open(key, moved), (atTop) => {
      this.#parts.newest.hidden = atTop;
    });
    this.#parts.newest.addEventListener("click", () => this.#list.toTop());
    this.#does = Object.freeze({
      change: (/** @type {EventFilter} */ filter) => this.#change(filter),
      pause: () => this.#pause(),
      download: (/** @type {"jsonl" | "csv"} */ ending) => this.#download(ending),
      forget: () => this.#forget(),
      unfold: () => this.#unfold(),
      close: () => this.#open(null, false),
      copy: () => this.#copy(),
      follow: (/** @type {string} */ linkedId) => this.#change(this.#events.filter.with({ follow: linkedId })),
    });
    topic.listen(() => {
      this.#draw();
      this.#drawTools();
    });
    context.link.listen(() => this.#drawTools());
    panel.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /**
   * @param {string[]} path the number of the event that is shown in detail
   * @param {URLSearchParams} query the filter; without any the one that was used last
   */
  show([number], query) {
    this.#visible = true;
    const asked = [...query].length ? EventFilter.fromQuery(query) : EventFilter.fromKept(this.#context.preferences.get(KEPT_FILTER, ""));
    if (asked.toQuery().toString() !== this.#events.filter.toQuery().toString()) {
      this.#events.setFilter(asked);
    }
    if (asked.toQuery().toString() !== query.toString()) {
      this.#go(number, { replace: true });
    }
    this.#events.take();
    this.#wanted = number ?? null;
    this.#drawRows();
    this.#drawAround();
    this.tick();
  }

  /**
   * Show only events in which each of these words stands.
   *
   * @param {string} words those of the header's search box
   */
  filter(words) {
    const text = words.trim();
    // After a filter that was kept was put into the address, the words from before it are still told once.
    const current = new URLSearchParams(location.search).get("q") ?? "";
    if (text === current && text !== this.#events.filter.values.text.trim()) {
      this.#change(this.#events.filter.with({ text }));
    }
  }

  hide() {
    this.#visible = false;
  }

  tick() {
    const now = this.#context.clock.now();
    this.#chart.show(this.#rate.until(now), now);
  }

  /** What the keys are, for people. */
  get keys() {
    return [
      { keys: "P", label: t("Pause or go on") },
      { keys: "↑ ↓", label: t("Go to another event") },
      { keys: "Home End PgUp PgDn", label: t("Go far") },
      { keys: "Enter", label: t("Show the event") },
      { keys: "F", label: t("Follow the event's call") },
      { keys: "C", label: t("Copy the event as JSON") },
      { keys: "Esc", label: t("Close the event") },
    ];
  }

  /** @param {EventFilter} filter */
  #change(filter) {
    this.#events.setFilter(filter);
    this.#context.preferences.set(KEPT_FILTER, filter.toKept());
    this.#go(this.#wanted ?? undefined, { replace: true });
    this.#drawRows();
    this.#drawAround();
  }

  /**
   * @param {string | undefined} number
   * @param {{replace: boolean}} options
   */
  #go(number, options) {
    const query = Object.fromEntries(this.#events.filter.toQuery());
    this.#context.go(this.#context.href("events", ...(number ? [number] : []), query), options);
  }

  /**
   * Show an event in detail, or none.
   *
   * @param {string | null} key
   * @param {boolean} moved from another event: Back then leads to where there was none
   */
  #open(key, moved) {
    const row = key === null ? null : this.#events.find(key);
    this.#go(row?.event ? String(row.event.seq) : undefined, { replace: moved });
    if (!row) {
      this.#list.focus();
    }
  }

  /** Find the event that the address names, which may come only with the first events. */
  #choose() {
    if (this.#wanted === null) {
      this.#chosen = null;
    } else if (String(this.#chosen?.event?.seq) !== this.#wanted) {
      this.#chosen = this.#events.findNumber(Number(this.#wanted));
    }
    if (this.#chosen?.key !== this.#list.chosen) {
      this.#list.mark(this.#chosen?.key ?? null);
    }
  }

  #drawRows() {
    if (!this.#visible) {
      return;
    }
    this.#events.take();
    this.#choose();
    const rows = this.#events.shown;
    const empty = !this.#shown;
    this.#shown = rows.reduce((count, row) => count + (row.event ? 1 : 0), 0);
    this.#list.show(rows);
    if (empty !== !this.#shown) {
      this.#drawAround(); // at once: a message about no events must not stand over rows
    }
    this.#parts.summary.textContent = summaryText(this.#events, this.#shown);
    this.#context.count("events", this.#events.waiting || null);
  }

  #drawAround() {
    if (!this.#visible) {
      return;
    }
    const events = this.#events;
    for (const row of events.shown) {
      row.subject?.queues.forEach((queue) => this.#queues.add(queue));
    }
    render(filterTools(events, [...this.#queues].sort(), this.#unfolded, this.#does), this.#parts.tools);
    const { follow } = events.filter.values;
    const call = follow && this.#context.can("live.read") ? this.#context.href("calls", follow) : null;
    render(chosenChips(events, call, this.#does), this.#parts.chosen);
    render(nameList(events, this.#does), this.#parts.names);
    setShown(this.#parts.chosen, events.filter.narrows);
    this.#parts.names.classList.toggle("is-unfolded", this.#unfolded);
    this.#parts.frame.classList.toggle("has-names", this.#unfolded);
    const gone = this.#wanted !== null && !this.#chosen && this.#topic.loaded ? goneDetail(this.#wanted, this.#does) : nothing;
    render(this.#chosen ? eventDetail(this.#chosen, follow, this.#does) : gone, this.#parts.detail);
    const detailed = this.#chosen !== null || gone !== nothing;
    setShown(this.#parts.detail, detailed);
    this.#parts.frame.classList.toggle("has-detail", detailed);
    const message = this.#message();
    render(message, this.#parts.message);
    setShown(this.#parts.message, message !== nothing);
    this.#parts.foot.textContent = this.#sinceText();
  }

  /** What stands in place of rows. */
  #message() {
    const error = this.#topic.error ?? unknownTopic(this.#context.link.items.get(this.#context.pbx), "events");
    if (error) {
      return messageOf("alert-circle", t("The events cannot be shown"), error.detail);
    }
    if (this.#shown) {
      return nothing;
    }
    if (!this.#topic.loaded) {
      return messageOf(null, t("Waiting for events"), "");
    }
    const { filter, held, muted } = this.#events;
    if (filter.narrows && muted) {
      return messageOf("search", t("Nothing but noise passes the filter"), t("“Show noise” beside the names of events shows it."));
    }
    if (filter.narrows) {
      return messageOf("search", t("No event that is held passes the filter"), t("Those that come are shown here as soon as they do."));
    }
    return held && muted
      ? messageOf("activity", t("Nothing but noise so far"), t("What the PBX tells of calls, queues and phones is shown here."))
      : messageOf("activity", t("No event yet"), t("What the PBX tells of calls, queues and phones is shown here."));
  }

  #sinceText() {
    const oldest = this.#events.oldest;
    if (!oldest) {
      return "";
    }
    const time = timeText(oldest.at).slice(0, 8);
    return this.#events.held >= HELD
      ? t("Since %(time)s: only so many events are kept here.", { time })
      : t("Since %(time)s: amictl gives the latest events when this tab is opened, and more gather here from then on.", { time });
  }

  #pause() {
    if (this.#events.paused) {
      this.#events.resume();
    } else {
      this.#events.pause();
    }
    this.#drawRows();
    this.#drawAround();
  }

  #forget() {
    this.#events.clear();
    this.#chosen = null;
    this.#open(null, true);
    this.#drawRows();
    this.#drawAround();
  }

  #unfold() {
    this.#unfolded = !this.#unfolded;
    this.#drawAround();
  }

  /** @param {"jsonl" | "csv"} ending */
  #download(ending) {
    const events = this.#events.shown.flatMap((row) => (row.event ? [row.event] : [])).reverse();
    const text = ending === "csv" ? toCsv(events) : toJsonLines(events);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: TYPES[ending] }));
    link.download = fileName(this.#context.pbx, new Date(this.#context.clock.now()), ending);
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async #copy() {
    if (!this.#chosen?.event) {
      return;
    }
    const { event } = this.#chosen;
    try {
      await navigator.clipboard.writeText(JSON.stringify(event, null, 2));
      this.#context.toasts.show("good", t("Copied"), t("%(name)s as JSON", { name: event.event }));
    } catch {
      const json = this.#parts.detail.querySelector("pre");
      if (json) {
        getSelection()?.selectAllChildren(json);
      }
      this.#context.toasts.show("info", t("Selected"), t("The browser does not let the page copy: press Ctrl+C."));
    }
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, dialog")) {
      return;
    }
    const row = this.#chosen ?? this.#list.current;
    const linkedId = row && linkedIdOf(row);
    const does = {
      p: () => this.#pause(),
      c: () => this.#copy(),
      f: () => linkedId && this.#does.follow(linkedId),
    }[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  }
}

/**
 * @param {string | null} symbol null while something is awaited
 * @param {string} title
 * @param {string} detail
 */
function messageOf(symbol, title, detail) {
  return html`<div class="empty">
    <div class="empty-icon">${symbol ? icon(symbol) : html`<span class="spinner-border" aria-hidden="true"></span>`}</div>
    <p class="empty-title">${title}</p>
    ${detail ? html`<p class="empty-subtitle text-secondary">${detail}</p>` : nothing}
  </div>`;
}
