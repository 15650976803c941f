/** People as tiles by what they do, to be read across a room; only tiles that can be seen are made. */

import { html, nothing, render } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { handleGridKey } from "./grid_keys.js";
import { layTiles, linesBetween } from "./tile_lines.js";
import { coalesce, icon, vars } from "../../dom.js";
import { agentState } from "../../states.js";
import { t } from "../../words.js";
import { isAllowed, whyNot } from "../../components/availability.js";
import { isMenuOpen, itemsFor, openMenu } from "../../components/row_menu.js";
import { agentClock, agentDetail, agentName, byStateAndName, clockMeaning } from "./agent_words.js";
import { queueChips } from "./queue_chips.js";

/** @typedef {import("./agent_words.js").Agent} Agent */

/** Sizes in pixels; tabs/agents.css has the same. */
const TILE = Object.freeze({ width: 232, height: 116, gap: 8 });
const HEADING = 40;
/** How long after the pointer moved over the tiles they stay in their places. */
const HELD_MS = 4_000;

export class AgentGrid {
  #host;
  #context;
  #options;
  /** @type {Agent[]} in the order of the tiles */
  #agents = [];
  /** @type {import("./tile_lines.js").Lines} */
  #lines = { lines: [], height: 0, columns: 1 };
  /** @type {string | null} */
  #active = null;
  #width = 0;
  #height = 0;
  #top = 0;
  #heldUntil = 0;

  /**
   * @param {HTMLElement} host an empty element that scrolls
   * @param {import("../../shell/context.js").Context} context
   * @param {{actions: readonly import("../../components/action_spec.js").ActionSpec[], target: (agent: Agent) => any, open: (key: string) => string}} options
   */
  constructor(host, context, options) {
    this.#host = host;
    this.#context = context;
    this.#options = options;
    const draw = coalesce(() => this.draw(), 0);
    new ResizeObserver(([{ contentRect }]) => {
      this.#width = contentRect.width;
      this.#height = contentRect.height;
      this.#lay();
      draw();
    }).observe(host);
    host.addEventListener("scroll", () => {
      this.#top = host.scrollTop;
      draw();
    }, { passive: true });
    host.addEventListener("pointermove", () => this.#hold(), { passive: true });
    host.addEventListener("pointerleave", () => {
      this.#heldUntil = 0;
    }, { passive: true });
    host.addEventListener("keydown", (event) => handleGridKey(event, this.#hands));
    host.addEventListener("focus", () => this.#activate(this.#active ?? this.#agents[0]?.agent ?? null, false));
    host.addEventListener("click", (event) => this.#clicked(event));
    host.addEventListener("contextmenu", (event) => this.#askedForMenu(event));
  }

  /**
   * Show people, by what they do; while somebody points at the tiles each stays where it is.
   *
   * @param {Agent[]} agents
   */
  show(agents) {
    if (performance.now() < this.#heldUntil || isMenuOpen()) {
      const now = new Map(agents.map((agent) => [agent.agent, agent]));
      const kept = this.#agents.flatMap(({ agent }) => now.get(agent) ?? []);
      const known = new Set(kept.map(({ agent }) => agent));
      this.#agents = [...kept, ...agents.filter(({ agent }) => !known.has(agent))];
    } else {
      this.#agents = agents.toSorted(byStateAndName);
      this.#lay();
    }
    this.draw();
  }

  /** Render the tiles that can be seen. */
  draw() {
    const current = new Map(this.#agents.map((agent) => [agent.agent, agent]));
    const seen = linesBetween(this.#lines, this.#top, this.#top + this.#height);
    render(
      html`<div class="tiles" role="presentation" ${vars({ "--tiles-height": `${this.#lines.height}px` })}>
        ${repeat(seen, (line) => line.key, (line) => html`<div class="tiles-line" role="row" ${vars({ "--tiles-top": `${line.top}px` })}>
          ${line.state === null
            ? repeat(line.keys, (key) => key, (key) => this.#tile(current.get(key)))
            : html`<div class="tiles-heading" role="rowheader">${icon(agentState(line.state).icon)}${agentState(line.state).label}
                <span class="number">${line.count}</span></div>`}
        </div>`)}
      </div>`,
      this.#host,
    );
    const element = this.#active === null ? null : this.#host.querySelector(`#${CSS.escape(domId(this.#active))}`);
    if (element) {
      this.#host.setAttribute("aria-activedescendant", element.id);
    } else {
      this.#host.removeAttribute("aria-activedescendant");
    }
  }

  #lay() {
    this.#lines = layTiles(this.#agents, { ...TILE, heading: HEADING, room: this.#width });
  }

  /** @param {Agent | undefined} agent */
  #tile(agent) {
    if (!agent) {
      return html`<div class="tile is-gone" role="gridcell"></div>`;
    }
    const state = agentState(agent.state);
    const detail = agentDetail(agent);
    return html`<div class="tile" role="gridcell" id=${domId(agent.agent)} data-key=${agent.agent} data-tone=${state.tone} data-state=${agent.state}
      data-testid="agent" ?data-active=${agent.agent === this.#active}>
      <div class="tile-head">
        <a class="tile-name cut" href=${this.#options.open(agent.agent)} tabindex="-1" title=${agentName(agent)}>${agentName(agent)}</a>
        ${this.#mayAct ? html`<button class="btn btn-icon btn-ghost" type="button" tabindex="-1" data-menu-button aria-haspopup="menu" title=${t("Actions")}
          aria-label=${t("Actions on %(name)s", { name: agentName(agent) })}>${icon("dots-vertical")}</button>` : nothing}
      </div>
      <div class="tile-state">${icon(state.icon)}<span class="cut">${state.label}</span><span class="tile-clock clock" title=${clockMeaning(agent)}>${agentClock(agent, this.#context.clock)}</span></div>
      <p class="tile-detail cut" title=${detail || nothing}>${detail}</p>
      ${queueChips(agent, this.#context)}
    </div>`;
  }

  get #mayAct() {
    return this.#options.actions.some((spec) => isAllowed(spec, this.#context));
  }

  /** What keys do. */
  #hands = {
    step: (/** @type {number} */ columns, /** @type {number} */ lines) => this.#step(columns, lines),
    open: () => this.#active !== null && this.#context.go(this.#options.open(this.#active)),
    menu: () => this.#openMenu(this.#active, this.#host, true),
    act: (/** @type {string} */ letter) => this.#act(letter),
  };

  /**
   * @param {number} columns
   * @param {number} lines
   */
  #step(columns, lines) {
    const index = this.#agents.findIndex(({ agent }) => agent === this.#active);
    const to = Math.min(Math.max(0, index + columns + lines * this.#lines.columns), this.#agents.length - 1);
    this.#activate(this.#agents[to]?.agent ?? null, true);
  }

  /**
   * @param {string | null} key
   * @param {boolean} scroll
   */
  #activate(key, scroll) {
    this.#active = key;
    const line = key !== null && this.#lines.lines.find(({ keys }) => keys.includes(key));
    if (scroll && line) {
      const bottom = line.top + TILE.height;
      if (line.top < this.#top + HEADING) {
        this.#host.scrollTop = line.top - HEADING;
      } else if (bottom > this.#top + this.#height) {
        this.#host.scrollTop = bottom - this.#height;
      }
      this.#top = this.#host.scrollTop;
    }
    this.draw();
  }

  /** @param {string} letter */
  #act(letter) {
    const agent = this.#find(this.#active);
    const spec = this.#options.actions.find(({ key }) => key === letter);
    if (!agent || !spec || !isAllowed(spec, this.#context)) {
      return false;
    }
    const target = this.#options.target(agent);
    const reason = whyNot(spec, target, this.#context);
    if (reason) {
      this.#context.toasts.show("info", spec.label(), reason);
    } else {
      this.#context.run(spec, target, { anchor: this.#host });
    }
    return true;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const at = /** @type {Element} */ (event.target);
    const key = keyOf(at);
    if (key === null) {
      return;
    }
    this.#activate(key, false);
    const button = /** @type {HTMLElement | null} */ (at.closest("[data-menu-button]"));
    if (button) {
      this.#openMenu(key, button, false);
    } else if (!at.closest("a, button")) {
      this.#context.go(this.#options.open(key));
    }
  }

  /** @param {MouseEvent} event */
  #askedForMenu(event) {
    const key = keyOf(/** @type {Element} */ (event.target));
    if (key !== null && !event.shiftKey) {
      event.preventDefault();
      this.#activate(key, false);
      this.#openMenu(key, this.#host, true);
    }
  }

  /**
   * @param {string | null} key
   * @param {HTMLElement} anchor gets the focus back
   * @param {boolean} below whether it opens below the tile
   */
  #openMenu(key, anchor, below) {
    const agent = this.#find(key);
    if (!agent) {
      return;
    }
    this.#hold();
    const edges = this.#host.querySelector(`#${CSS.escape(domId(agent.agent))}`)?.getBoundingClientRect();
    const at = below && edges ? { x: edges.left + 16, y: edges.bottom - 8 } : undefined;
    openMenu(anchor, itemsFor(this.#options.actions, this.#options.target(agent), this.#context, anchor), { at });
  }

  /** @param {string | null} key */
  #find(key) {
    return this.#agents.find(({ agent }) => agent === key);
  }

  #hold() {
    this.#heldUntil = performance.now() + HELD_MS;
  }
}

/** @param {string} key */
function domId(key) {
  return `agent-${encodeURIComponent(key)}`;
}

/** @param {Element} element */
function keyOf(element) {
  return /** @type {HTMLElement | null} */ (element.closest("[data-key]"))?.dataset.key ?? null;
}
