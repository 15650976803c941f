/** The Agents tab: one row a person across all queues, as tiles or as a table, and each person's own panel. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { PEOPLE_ACTIONS, PERSON_ACTIONS, callPerson, pauseEverywhere, personTarget, unpauseEverywhere } from "../actions/agent_actions.js";
import { number, party, pill } from "../components/cells.js";
import { LiveTable } from "../components/live_table.js";
import { tableKeys } from "../components/table_keys.js";
import { showState, stateOf } from "../components/table_state.js";
import { coalesce, icon, partsOf, setShown } from "../dom.js";
import { clockText } from "../format.js";
import { unknownTopic } from "../live/link.js";
import { agentState } from "../states.js";
import { t, tn } from "../words.js";
import { AgentGrid } from "./agents/agent_grid.js";
import { agentPanel, gonePanel } from "./agents/agent_panel.js";
import { STATES, agentClock, agentDetail, agentName, agentText, clockMeaning, countStates, rankOf } from "./agents/agent_words.js";
import { gridKeys } from "./agents/grid_keys.js";
import { queueChips } from "./agents/queue_chips.js";

/** @typedef {import("./agents/agent_words.js").Agent} Agent */

const VIEW = "agents.view";
const VIEWS = Object.freeze(["grid", "table"]);

export class AgentsTab {
  static topics = ["agents"];

  #context;
  #topic;
  #parts;
  #grid;
  #table;
  /** @type {string} */
  #view;
  /** @type {Set<string>} states that alone are shown */
  #states = new Set();
  #words = "";
  /** @type {{rest: string, of: Map<string, string>}} */
  #hrefs = { rest: "", of: new Map() };
  /** @type {string | null} */
  #person = null;
  #visible = false;
  /** @type {import("../live/topics.js").Lease | null} the calls, while a person is in one that no queue tells of */
  #calls = null;
  #draw = coalesce(() => this.#drawAll());

  /**
   * @param {HTMLElement} panel
   * @param {import("../shell/context.js").Context} context
   * @param {{agents: import("../live/store.js").TableTopic}} topics
   */
  constructor(panel, context, { agents }) {
    this.#context = context;
    this.#topic = agents;
    this.#parts = partsOf(panel);
    const view = context.preferences.get(VIEW, VIEWS[0]);
    this.#view = VIEWS.includes(view) ? view : VIEWS[0];
    const open = (/** @type {string} */ key) => this.#hrefOf(key);
    this.#grid = new AgentGrid(this.#parts.grid, context, { actions: PERSON_ACTIONS, target: personTarget, open });
    this.#table = new LiveTable(this.#parts.table, context, tableOptions(agents, open, (agent) => this.#accepts(agent)));
    agents.listen(this.#draw);
    context.link.listen(this.#draw);
    panel.addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
  }

  /**
   * @param {string[]} path the person whose panel is shown
   * @param {URLSearchParams} query the states that alone are shown
   */
  show([person], query) {
    this.#visible = true;
    this.#states = new Set((query.get("state") ?? "").split(",").filter((state) => STATES.includes(state)));
    this.#person = person ?? null;
    this.#knowQueues();
    this.#table.refresh();
    this.#showView();
    this.#drawAll();
  }

  hide() {
    this.#visible = false;
    this.#table.hide();
    this.#letCallsGo();
  }

  tick() {
    if (this.#view === "table") {
      this.#table.tick();
    } else {
      this.#grid.draw();
    }
    this.#drawPanel();
  }

  /**
   * Show only people in whose row each of these words stands.
   *
   * @param {string} words
   */
  filter(words) {
    this.#words = words.trim().toLowerCase();
    this.#table.filter(words);
    this.#drawAll();
  }

  /** What the keys are, for people. */
  get keys() {
    const actions = PERSON_ACTIONS.flatMap((spec) => (spec.key ? [{ keys: spec.key.toUpperCase(), label: spec.label() }] : []));
    return [...(this.#view === "table" ? tableKeys() : gridKeys()), { keys: "Esc", label: t("Close the person") }, ...actions];
  }

  /** @returns {Agent[]} */
  get #agents() {
    return /** @type {Agent[]} */ ([...this.#topic.items.values()]);
  }

  /**
   * @param {string | null} person
   * @param {Set<string>} states
   */
  #href(person, states = this.#states) {
    const query = { state: [...states].join(","), q: new URLSearchParams(location.search).get("q") };
    return this.#context.href("agents", ...(person === null ? [] : [person]), query);
  }

  /**
   * The address of a person's panel; kept for as long as the rest of the address stays, since each row asks at each render.
   *
   * @param {string} person
   */
  #hrefOf(person) {
    const rest = `${location.search}\n${[...this.#states].join(",")}`;
    if (rest !== this.#hrefs.rest) {
      this.#hrefs = { rest, of: new Map() };
    }
    const href = this.#hrefs.of.get(person) ?? this.#href(person);
    this.#hrefs.of.set(person, href);
    return href;
  }

  /** Queues that have no member are known only to their own topic, which actions offer; one look at it will do. */
  #knowQueues() {
    const lease = this.#context.lease("queues");
    lease.release();
  }

  /** @param {Agent} agent */
  #accepts({ state }) {
    return this.#states.size === 0 || this.#states.has(state);
  }

  #showView() {
    const table = this.#view === "table";
    setShown(this.#parts.table, table);
    setShown(this.#parts.gridFrame, !table);
    if (table) {
      this.#table.show();
    } else {
      this.#table.hide();
    }
  }

  #drawAll() {
    if (!this.#visible) {
      return;
    }
    const agents = this.#agents;
    render(this.#tools(agents), this.#parts.tools);
    if (this.#view === "grid") {
      this.#drawGrid(agents);
    }
    this.#drawPanel();
    this.#context.count("agents", this.#topic.known ? agents.length : null);
  }

  /** @param {Agent[]} agents */
  #drawGrid(agents) {
    const words = this.#words.split(/\s+/).filter(Boolean);
    const shown = agents.filter((agent) => this.#accepts(agent) && (!words.length || words.every((word) => agentText(agent).includes(word))));
    const error = this.#topic.error ?? unknownTopic(this.#context.link.items.get(this.#context.pbx), "agents");
    const state = stateOf({ known: this.#topic.known, error, total: agents.length, shown: shown.length, empty: nobody() });
    showState(this.#parts.gridState, state);
    setShown(this.#parts.grid, state === null);
    this.#grid.show(shown);
  }

  /** @param {Agent[]} agents */
  #tools(agents) {
    const counts = new Map(countStates(agents));
    const states = [...new Set([...counts.keys(), ...this.#states])].sort((a, b) => rankOf(a) - rankOf(b));
    const choose = (/** @type {Set<string>} */ chosen) => this.#context.go(this.#href(this.#person, chosen), { replace: true });
    const view = (/** @type {string} */ name, /** @type {string} */ symbol, /** @type {string} */ label) => html`
      <button class="btn" type="button" aria-pressed=${this.#view === name} @click=${() => this.#choose(name)}>${icon(symbol)}${label}</button>`;
    return html`
      <div class="agent-chips" role="group" aria-label=${t("What people do")}>
        <button class="agent-chip" type="button" data-testid="agent-state" aria-pressed=${this.#states.size === 0} @click=${() => choose(new Set())}>
          ${t("All")} <b class="number">${agents.length}</b></button>
        ${states.map((state) => {
          const { label, tone, icon: symbol } = agentState(state);
          return html`<button class="agent-chip" type="button" data-testid="agent-state" data-tone=${tone} aria-pressed=${this.#states.has(state)}
            @click=${() => choose(toggled(this.#states, state))}>${icon(symbol)}${label} <b class="number">${counts.get(state) ?? 0}</b></button>`;
        })}
      </div>
      <div class="btn-group agent-views" role="group" aria-label=${t("How people are shown")}>
        ${view("grid", "layout-grid", t("Tiles"))}${view("table", "table", t("Table"))}
      </div>`;
  }

  /** @param {string} view */
  #choose(view) {
    this.#view = view;
    this.#context.preferences.set(VIEW, view);
    this.#showView();
    this.#drawAll();
  }

  #drawPanel() {
    const { panel } = this.#parts;
    const person = this.#person;
    const agent = person === null ? null : /** @type {Agent | undefined} */ (this.#topic.items.get(person));
    if (person === null || (!agent && !this.#topic.known)) {
      this.#letCallsGo();
      render(nothing, panel);
      this.#showPanel(false);
      return;
    }
    const close = () => this.#close();
    render(agent ? agentPanel(agent, personTarget(agent), this.#callOf(agent), this.#context, close) : gonePanel(person, close), panel);
    this.#showPanel(true);
  }

  /** @param {boolean} shown */
  #showPanel(shown) {
    setShown(this.#parts.panel, shown);
    this.#parts.frame.classList.toggle("has-panel", shown);
  }

  #close() {
    this.#context.go(this.#href(null));
    const rows = this.#view === "table" ? this.#parts.table.querySelector("[role=grid]") : this.#parts.grid;
    /** @type {HTMLElement | null} */ (rows)?.focus();
  }

  /**
   * The call that a person is in: as the queue tells it, else as the topic of all calls does.
   *
   * @param {Agent} agent
   * @returns {import("./agents/agent_panel.js").KnownCall | null}
   */
  #callOf(agent) {
    const { in_call_with: other, queues, state } = agent;
    if (other) {
      this.#letCallsGo();
      return { linkedId: other.linked_id, other, since: other.since, queue: queues.find((place) => place.in_call)?.queue ?? null };
    }
    if (state !== "in_call") {
      this.#letCallsGo();
      return null;
    }
    if (!this.#calls) {
      this.#calls = this.#context.lease("calls");
      this.#calls.topic.listen(this.#draw);
    }
    return findCall(agent, /** @type {import("../live/store.js").TableTopic} */ (this.#calls.topic).items.values());
  }

  #letCallsGo() {
    this.#calls?.release();
    this.#calls = null;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape" && this.#person !== null) {
      event.preventDefault();
      event.stopPropagation(); // the table would let go of who is chosen
      this.#close();
    }
  }
}

/**
 * @param {Set<string>} states
 * @param {string} state
 */
function toggled(states, state) {
  return new Set(states.has(state) ? [...states].filter((each) => each !== state) : [...states, state]);
}

/**
 * The call that has a person's phone in it.
 *
 * @param {Agent} agent
 * @param {Iterable<any>} calls
 * @returns {import("./agents/agent_panel.js").KnownCall | null}
 */
function findCall({ interfaces, state_interface: stateInterface }, calls) {
  const phones = new Set([...interfaces, stateInterface]);
  for (const call of calls) {
    const leg = call.legs.find((/** @type {any} */ each) => phones.has(each.channel.slice(0, each.channel.lastIndexOf("-"))));
    if (leg) {
      const other = { name: leg.connected_line_name, number: leg.connected_line_num };
      return { linkedId: call.linked_id, other, since: call.talk_started_at ?? leg.answered_at ?? call.started_at, queue: call.queue };
    }
  }
  return null;
}

/**
 * @param {import("../live/store.js").TableTopic} topic
 * @param {(key: string) => string} open
 * @param {(agent: Agent) => boolean} accepts
 * @returns {import("../components/table_options.js").TableOptions}
 */
function tableOptions(topic, open, accepts) {
  return {
    name: "agents",
    label: t("Agents"),
    topic,
    accepts,
    columns: [
      { key: "name", label: t("Name"), cell: party((/** @type {Agent} */ agent) => ({ name: agentName(agent) })), sort: agentName, text: agentText, width: "minmax(9rem, 1.5fr)" },
      { key: "state", label: t("State"), cell: pill((/** @type {Agent} */ agent) => agentState(agent.state)), sort: (/** @type {Agent} */ agent) => rankOf(agent.state), width: "9.5rem" },
      {
        key: "since", label: t("For"), end: true, width: "5.5rem",
        cell: (/** @type {Agent} */ agent, context) => html`<span class="clock" title=${clockMeaning(agent)}>${agentClock(agent, context.clock)}</span>`,
        sort: (/** @type {Agent} */ agent) => agent.since ?? "",
      },
      { key: "detail", label: t("Talks with, or why"), cell: detailCell, sort: agentDetail, width: "minmax(9rem, 2fr)" },
      { key: "queues", label: t("Queues"), cell: queueChips, sort: (/** @type {Agent} */ agent) => agent.queues.length, width: "minmax(10rem, 2fr)" },
      { key: "calls", label: t("Calls"), cell: number((/** @type {Agent} */ agent) => agent.calls_taken), sort: (/** @type {Agent} */ agent) => agent.calls_taken ?? -1, end: true, width: "4.5rem" },
      {
        key: "last", label: t("Last call"), end: true, width: "6rem",
        cell: (/** @type {Agent} */ agent, context) => html`<span class="clock">${clockText(context.clock.secondsSince(agent.last_call_at))}</span>`,
        sort: (/** @type {Agent} */ agent) => agent.last_call_at ?? "",
      },
      { key: "phone", label: t("Phone"), cell: (/** @type {Agent} */ agent) => html`<span class="cut second">${agent.interfaces.join(", ")}</span>`, sort: (/** @type {Agent} */ agent) => agent.interfaces[0] ?? "", width: "minmax(7rem, 1fr)", hidden: true },
    ],
    order: { column: "state", descending: false },
    card: ["name", "state", "detail", "since", "queues"],
    actions: () => PERSON_ACTIONS,
    quick: [pauseEverywhere, unpauseEverywhere, callPerson],
    select: true,
    bulk: PEOPLE_ACTIONS,
    target: personTarget,
    open: (key) => open(key),
    summary: (agents) => tn("%(count)s person", "%(count)s people", agents.length),
    empty: nobody(),
  };
}

/** @param {Agent} agent */
function detailCell(agent) {
  if (agent.state === "in_call" && agent.in_call_with) {
    return party(agent.in_call_with);
  }
  const detail = agentDetail(agent);
  return html`<span class="cut" title=${detail || nothing}>${detail}</span>`;
}

function nobody() {
  return { icon: "headset", title: t("Nobody answers calls of queues"), text: t("Whoever is a member of a queue is shown here, once, whatever queues.") };
}
