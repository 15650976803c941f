/** The Events tab: the PBX's raw events as they come, newest first. */

import { cloneTemplate, coalesce, partsOf, setAttribute, setLongText, setShown, setText } from "../dom.js";
import { summarizeEvent } from "./events/event_summary.js";
import { timeText } from "../format.js";
import { showJson } from "./events/json_view.js";

const SHOWN = 100;
const REDRAW_MS = 200;

export class EventsTab {
  #context;
  #topic;
  #parts;
  #rows = new Map();
  #names = new Set();
  #frozen = null;
  #selected = null;
  #visible = false;

  static topics = ["events"];

  /**
   * @param {HTMLElement} panel
   * @param {object} context what main.js hands to each tab
   * @param {{events: import("../live/store.js").EventTopic}} topics
   */
  constructor(panel, context, { events: topic }) {
    this.#context = context;
    this.#topic = topic;
    this.#parts = partsOf(panel);
    const draw = coalesce(() => this.#draw(), REDRAW_MS);
    topic.listen(draw);
    this.#parts.filter.addEventListener("input", draw);
    this.#parts.name.addEventListener("change", draw);
    this.#parts.pause.addEventListener("click", () => this.#togglePause());
    this.#parts.clear.addEventListener("click", () => this.#clear());
    this.#parts.copy.addEventListener("click", () => this.#copy());
    this.#parts.close.addEventListener("click", () => this.#select(null));
    this.#parts.rows.addEventListener("click", (event) => {
      const key = event.target.closest("[data-key]")?.dataset.key;
      if (key) {
        this.#select(this.#topic.entries.concat(this.#frozen ?? []).find((entry) => entry.key === key));
      }
    });
    setShown(this.#parts.redacted, !context.can("events.sensitive"));
  }

  /** Show what comes. */
  show() {
    this.#visible = true;
    this.#draw();
  }

  /** Nobody looks at it. */
  hide() {
    this.#visible = false;
  }

  /** Nothing counts time here. */
  tick() {}

  #draw() {
    if (!this.#visible) {
      return;
    }
    const { entries, loaded, error } = this.#topic;
    this.#offerNames(entries);
    const source = this.#frozen ?? entries;
    const matching = source.filter((entry) => entry.gap || this.#accepts(entry.event)).slice(-SHOWN).reverse();
    this.#place(matching);
    this.#summarize(matching, source);
    setShown(this.#parts.waiting, !loaded && !error);
    setShown(this.#parts.empty, loaded && matching.length === 0);
    setText(this.#parts.emptyText, source.length ? "No event matches the filter." : "No event yet.");
    setShown(this.#parts.failed, Boolean(error));
    setText(this.#parts.error, error?.detail ?? "");
  }

  #accepts(event) {
    const name = this.#parts.name.value;
    if (name && event.event !== name) {
      return false;
    }
    const words = this.#parts.filter.value.trim().toLowerCase();
    return !words || JSON.stringify(event).toLowerCase().includes(words);
  }

  #offerNames(entries) {
    const fresh = entries.filter((entry) => entry.event && !this.#names.has(entry.event.event));
    if (!fresh.length) {
      return;
    }
    fresh.forEach((entry) => this.#names.add(entry.event.event));
    const chosen = this.#parts.name.value;
    const all = this.#parts.name.options[0];
    const options = [...this.#names].sort().map((name) => new Option(name, name, false, name === chosen));
    this.#parts.name.replaceChildren(all, ...options);
  }

  #place(entries) {
    const wanted = new Set(entries.map((entry) => entry.key));
    for (const [key, element] of this.#rows) {
      if (!wanted.has(key)) {
        element.remove();
        this.#rows.delete(key);
      }
    }
    let next = this.#parts.rows.firstElementChild;
    for (const entry of entries) {
      const element = this.#rows.get(entry.key) ?? this.#make(entry);
      if (element === next) {
        next = next.nextElementSibling;
      } else {
        this.#parts.rows.insertBefore(element, next);
      }
    }
  }

  #make(entry) {
    const element = entry.gap ? makeGapRow(entry.gap) : makeEventRow(entry);
    this.#rows.set(entry.key, element);
    return element;
  }

  #summarize(matching, source) {
    const newer = this.#frozen ? this.#newer() : 0;
    const count = matching.filter((entry) => entry.event).length;
    const most = count === SHOWN ? `the last ${SHOWN}` : String(count);
    const words = this.#frozen ? `Paused, ${newer} newer` : `Showing ${most} of ${source.length}`;
    setText(this.#parts.summary, source.length ? words : "");
    this.#context.count("events", count);
  }

  #newer() {
    const last = this.#frozen.at(-1);
    return this.#topic.entries.length - 1 - this.#topic.entries.lastIndexOf(last);
  }

  #togglePause() {
    this.#frozen = this.#frozen ? null : [...this.#topic.entries];
    const paused = this.#frozen !== null;
    setAttribute(this.#parts.pause, "aria-pressed", String(paused));
    setShown(this.#parts.pauseLabel, !paused);
    setShown(this.#parts.resumeLabel, paused);
    this.#draw();
  }

  #clear() {
    if (this.#frozen) {
      this.#frozen = [];
    }
    this.#select(null);
    this.#topic.clear();
  }

  #select(entry) {
    const before = this.#rows.get(this.#selected?.key);
    before?.querySelector("button")?.removeAttribute("aria-current");
    this.#selected = entry?.event ? entry : null;
    setShown(this.#parts.detail, this.#selected !== null);
    setShown(this.#parts.hint, this.#selected === null);
    if (this.#selected) {
      this.#rows.get(entry.key)?.querySelector("button").setAttribute("aria-current", "true");
      setText(this.#parts.detailName, entry.event.event);
      showJson(this.#parts.json, entry.event);
    } else {
      before?.querySelector("button")?.focus();
    }
  }

  async #copy() {
    const json = JSON.stringify(this.#selected.event, null, 2);
    try {
      await navigator.clipboard.writeText(json);
      this.#context.toasts.show("good", "Copied", `${this.#selected.event.event} as JSON`);
    } catch {
      getSelection().selectAllChildren(this.#parts.json);
      this.#context.toasts.show("info", "Selected", "The browser does not let the page copy: press Ctrl+C.");
    }
  }
}

function makeEventRow({ key, event }) {
  const { element, parts } = cloneTemplate("event-row");
  element.dataset.key = key;
  parts.time.textContent = timeText(event.at);
  parts.name.textContent = event.event;
  setLongText(parts.summary, summarizeEvent(event.event, event.data));
  return element;
}

function makeGapRow({ missed, newSession }) {
  const { element, parts } = cloneTemplate("event-gap");
  const lost = missed === null ? "Events may be missing here" : `${missed} ${missed === 1 ? "event is" : "events are"} missing here`;
  parts.text.textContent = newSession ? `${lost}: the link to the PBX was made anew.` : `${lost}: they came faster than they were fetched.`;
  return element;
}
