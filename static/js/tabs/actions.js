/** The Actions tab: calls to start, variables, the PBX's console, a sign of life, and any AMI action; each has an address. */

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../dom.js";
import { t } from "../words.js";
import { AmiView } from "./actions/ami_view.js";
import { CommandView } from "./actions/command_view.js";
import { OriginateView } from "./actions/originate_view.js";
import { PingView } from "./actions/ping_view.js";
import { VariablesView } from "./actions/variables_view.js";

/**
 * @typedef {import("../shell/context.js").Context} Context
 *
 * @typedef {object} View
 * @property {(path: string[], query: URLSearchParams) => void} show
 * @property {() => void} [hide]
 * @property {() => void} [tick]
 *
 * @typedef {object} Part
 * @property {string} name in the address
 * @property {() => string} label
 * @property {string} icon
 * @property {(context: Context) => boolean} allowed
 * @property {new (host: HTMLElement, context: Context, topics: any) => View} make
 */

/** @type {readonly Part[]} */
const PARTS = [
  { name: "originate", label: () => t("Start a call"), icon: "phone-outgoing", allowed: (context) => context.can("calls.originate"), make: OriginateView },
  { name: "variables", label: () => t("Variables"), icon: "variable", allowed: (context) => context.can("channels.variables"), make: VariablesView },
  { name: "command", label: () => t("CLI command"), icon: "terminal", allowed: (context) => context.can("command.run"), make: CommandView },
  { name: "ping", label: () => t("Ping"), icon: "wave-sine", allowed: (context) => context.can("live.read"), make: PingView },
  {
    name: "ami", label: () => t("Any AMI action"), icon: "braces", make: AmiView,
    allowed: (context) => context.can("command.any") && context.can("utilities.read") && !context.user.limited,
  },
];

export class ActionsTab {
  static topics = ["actions"];

  #context;
  #topics;
  #nav;
  #body;
  #parts;
  /** @type {Map<string, {host: HTMLElement, view: View, given: string}>} `given`: the address's query that it was shown with */
  #views = new Map();
  #front = "";

  /**
   * @param {HTMLElement} panel
   * @param {Context} context
   * @param {any} topics
   */
  constructor(panel, context, topics) {
    this.#context = context;
    this.#topics = topics;
    this.#nav = /** @type {HTMLElement} */ (panel.querySelector("[data-part=nav]"));
    this.#body = /** @type {HTMLElement} */ (panel.querySelector("[data-part=body]"));
    this.#parts = PARTS.filter(({ allowed }) => allowed(context));
  }

  /**
   * @param {string[]} path the part, and what it shows
   * @param {URLSearchParams} query
   */
  show([name, ...path], query) {
    const known = [name, this.#front].find((each) => this.#parts.some((part) => part.name === each));
    const part = this.#parts.find((each) => each.name === known) ?? this.#parts[0];
    if (part.name !== this.#front) {
      this.hide();
      this.#front = part.name;
    }
    const view = this.#views.get(part.name) ?? this.#make(part);
    for (const [each, { host }] of this.#views) {
      host.hidden = each !== part.name;
    }
    this.#renderNav();
    const given = [...path, query].join("/");
    view.view.show(path, given === view.given ? new URLSearchParams() : query); // Back does not undo what was typed since
    view.given = given;
  }

  hide() {
    this.#views.get(this.#front)?.view.hide?.();
  }

  tick() {
    this.#views.get(this.#front)?.view.tick?.();
  }

  /** @param {Part} part */
  #make({ name, make: View }) {
    const host = document.createElement("div");
    host.className = "action-view";
    host.dataset.view = name;
    this.#body.append(host);
    const made = { host, view: new View(host, this.#context, this.#topics), given: "" };
    this.#views.set(name, made);
    return made;
  }

  #renderNav() {
    const link = (/** @type {Part} */ part) => html`
      <a class="action-link" href=${this.#context.href("actions", part.name)} aria-current=${part.name === this.#front ? "page" : nothing}>
        ${icon(part.icon)}<span>${part.label()}</span></a>`;
    render(this.#parts.map(link), this.#nav);
  }
}
