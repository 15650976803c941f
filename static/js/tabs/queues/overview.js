/** The overview of all queues: cards or a table, worst first. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { guard } from "../../../vendor/lit-html/directives/guard.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { QUEUE_ACTIONS } from "../../actions/queue_actions.js";
import { LiveTable } from "../../components/live_table.js";
import { isMenuOpen, itemsFor, openMenu } from "../../components/row_menu.js";
import { icon, partsOf, setShown, setText } from "../../dom.js";
import { t } from "../../words.js";
import { Addresses } from "./addresses.js";
import { dayFigures, dayNote, memberStrip, presentFigures, reasonPills, totalsText } from "./figures.js";
import { overviewColumns } from "./overview_columns.js";
import { HeldOrder, Standings, totalsOf } from "./standing.js";
import { TONES, worstFirst } from "./urgency.js";

/** The name under which the browser keeps the choice between cards and table. */
const VIEW = "queues.view";

export class Overview {
  #parts;
  #words = "";
  #host;
  #context;
  #addresses;
  #present;
  #topic;
  #zone;
  #order = new HeldOrder(worstFirst);
  /** @type {Map<string, import("./standing.js").Standing>} */
  #standings = new Map();
  #shown = false;
  /** @type {LiveTable | null} */
  #table = null;

  /**
   * @param {HTMLElement} host
   * @param {any} context
   * @param {import("../../live/store.js").TableTopic} topic the topic `queues`
   * @param {import("./day.js").DayZone} zone
   */
  constructor(host, context, topic, zone) {
    this.#host = host;
    this.#parts = partsOf(host);
    this.#context = context;
    this.#addresses = new Addresses(context);
    this.#present = new Standings(context.clock);
    this.#topic = topic;
    this.#zone = zone;
    for (const choice of this.#choices) {
      choice.addEventListener("change", () => this.#choose(choice.value));
    }
  }

  /** Show it, by cards or by the table as it was chosen last. */
  show() {
    this.#shown = true;
    this.#choose(this.#context.preferences.get(VIEW, "cards"));
  }

  /** Touch the page no more. */
  hide() {
    this.#shown = false;
    this.#table?.hide();
  }

  /**
   * Show only queues of which, or of whose members, each of these words is told.
   *
   * @param {string} words
   */
  filter(words) {
    this.#words = words;
    this.#table?.filter(words);
    this.render();
  }

  /** Move the clocks on. */
  tick() {
    this.render();
    this.#table?.tick();
  }

  /** Bring it up to date. */
  render() {
    if (!this.#shown) {
      return;
    }
    this.#standings = this.#present.of(this.#topic.items);
    setText(this.#parts.summary, this.#standings.size ? totalsText(totalsOf(this.#standings.values())) : "");
    setShown(this.#parts.unmatched, false);
    if (this.#view !== "table") {
      this.#renderCards(); // a table renders by itself
    }
  }

  /** @returns {HTMLInputElement[]} */
  get #choices() {
    return [...this.#parts.view.querySelectorAll("input")];
  }

  get #view() {
    return this.#parts.table.hidden ? "cards" : "table";
  }

  /** @param {string} view */
  #choose(view) {
    this.#context.preferences.set(VIEW, view);
    this.#choices.forEach((choice) => (choice.checked = choice.value === view));
    setShown(this.#parts.cards, view !== "table");
    setShown(this.#parts.table, view === "table");
    this.#host.classList.toggle("fills", view === "table");
    if (view === "table") {
      this.#table ??= this.#makeTable();
      this.#table.filter(this.#words);
      this.#table.show();
    } else {
      this.#table?.hide();
    }
    this.render();
  }

  #renderCards() {
    const { cards } = this.#parts;
    const wanted = [...this.#standings.values()].filter((standing) => this.#accepts(standing));
    const held = isMenuOpen() || cards.matches(":hover, :focus-within");
    const sorted = this.#order.sort(wanted, held);
    setShown(this.#parts.unmatched, this.#standings.size > 0 && sorted.length === 0);
    render(repeat(sorted, (standing) => standing.queue, (standing) => guard([standing], () => this.#card(standing))), cards);
  }

  /** @param {import("./standing.js").Standing} standing */
  #card(standing) {
    const { queue, value, urgency, counts } = standing;
    return html`
      <article class="card queue-card" data-testid="queue" data-key=${queue} data-level=${urgency.level} data-tone=${TONES[urgency.level]} aria-label=${queue}>
        <header class="queue-card-head">
          <h2 class="queue-card-name"><a class="cut" href=${this.#addresses.of("queues", queue)} title=${queue} dir="auto">${queue}</a></h2>
          ${reasonPills(urgency)}
          ${this.#menuButton(standing)}
        </header>
        <dl class="figures figures-large">${presentFigures(standing)}</dl>
        ${memberStrip(counts)}
        <div class="queue-day-figures">
          <p class="queue-day-head">${dayNote(value.today, this.#zone, this.#context.clock.now())}</p>
          <dl class="figures">${dayFigures(standing)}</dl>
        </div>
      </article>`;
  }

  /** @param {import("./standing.js").Standing} standing */
  #menuButton({ queue }) {
    const open = (/** @type {any} */ event) =>
      openMenu(event.currentTarget, itemsFor(QUEUE_ACTIONS, { queue }, this.#context, event.currentTarget), { label: t("Actions of %(queue)s", { queue }) });
    return this.#context.can("queues.manage")
      ? html`<button class="btn btn-icon btn-ghost btn-sm" type="button" aria-haspopup="menu" aria-label=${t("Actions of %(queue)s", { queue })} @click=${open}>${icon("dots-vertical")}</button>`
      : nothing;
  }

  /** @param {import("./standing.js").Standing} standing */
  #accepts({ queue, value }) {
    const people = value.members.map((member) => `${member.name ?? ""}\n${member.interface}`);
    const searched = [queue, ...people].join("\n").toLowerCase();
    return this.#words.trim().toLowerCase().split(/\s+/).every((/** @type {string} */ word) => searched.includes(word));
  }

  #makeTable() {
    const context = this.#context;
    return new LiveTable(this.#parts.table, context, {
      name: "queues",
      label: t("Queues"),
      topic: this.#topic,
      rows: (items) => this.#present.of(items),
      timed: true,
      columns: overviewColumns(this.#zone),
      order: { column: "state", descending: true },
      card: ["queue", "state", "waiting", "longest", "ready", "talking"],
      select: context.can("queues.manage"),
      bulk: QUEUE_ACTIONS,
      actions: () => QUEUE_ACTIONS,
      target: ({ queue }) => ({ queue }),
      open: (queue) => this.#addresses.of("queues", queue),
      empty: { icon: "users-group", title: t("No queues on this PBX"), text: t("Queues come from Asterisk's queues.conf, or from its database.") },
    });
  }
}
