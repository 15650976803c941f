/** A button of an action: absent when the role may not, disabled with the reason when it cannot be done, busy while it is. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { AsyncDirective } from "../../vendor/lit-html/async-directive.js";
import { directive } from "../../vendor/lit-html/directive.js";
import { icon } from "../dom.js";
import { identify, isAllowed, whyNot } from "./availability.js";
import { isPending, onPending } from "./pending.js";

/**
 * @typedef {object} ButtonLook
 * @property {boolean} [iconOnly] the label is its tooltip
 * @property {boolean} [primary]
 * @property {number} [tabIndex] -1 in a list whose keys reach the rows
 */

let reasons = 0;

class ActionButton extends AsyncDirective {
  /** @type {[any, any, any, ButtonLook]} */
  #given = [null, null, null, {}];
  /** @type {(() => void)[]} */
  #stops = [];
  #shown = "";
  #reasonId = `reason-${++reasons}`;

  /**
   * @param {import("./action_spec.js").ActionSpec} spec
   * @param {any} target
   * @param {any} context
   * @param {ButtonLook} look
   */
  render(spec, target, context, look = {}) {
    this.#given = [spec, target, context, look];
    if (!isAllowed(spec, context)) {
      return nothing;
    }
    if (!this.#stops.length) {
      this.#listen(context);
    }
    return this.#template();
  }

  /** @override */
  disconnected() {
    this.#stops.forEach((stop) => stop());
    this.#stops = [];
  }

  /** @override */
  reconnected() {
    this.#listen(this.#given[2]);
  }

  /** @param {any} context */
  #listen(context) {
    const look = () => this.#facts() !== this.#shown && this.setValue(this.#template());
    this.#stops = [onPending(look), context.capabilities.listen(look), context.onLive?.(look)].filter(Boolean);
  }

  /** What the button shows, as one text: nothing is rendered while it stays the same. */
  #facts() {
    const [spec, target, context] = this.#given;
    return JSON.stringify([isPending(identify(spec, target)), whyNot(spec, target, context)]);
  }

  #template() {
    const [spec, target, context, look] = this.#given;
    const label = spec.label();
    const pending = isPending(identify(spec, target));
    const reason = whyNot(spec, target, context);
    this.#shown = JSON.stringify([pending, reason]);
    const act = (/** @type {any} */ event) => {
      event.stopPropagation();
      if (!reason) {
        context.run(spec, target, { anchor: event.currentTarget });
      }
    };
    return html`
      <button class=${classesOf(spec, look, pending)} type="button" data-action=${spec.id} aria-label=${look.iconOnly ? label : nothing}
        title=${reason ?? (look.iconOnly ? label : nothing)} aria-busy=${pending ? "true" : nothing}
        aria-disabled=${reason ? "true" : nothing} aria-describedby=${reason ? this.#reasonId : nothing}
        aria-keyshortcuts=${spec.key ?? nothing} tabindex=${look.tabIndex ?? nothing} @click=${act}
        >${icon(spec.icon)}${look.iconOnly ? nothing : label}</button
      >${reason ? html`<span class="visually-hidden" id=${this.#reasonId}>${reason}</span>` : nothing}`;
  }
}

/**
 * @param {import("./action_spec.js").ActionSpec} spec
 * @param {ButtonLook} look
 * @param {boolean} pending
 */
function classesOf({ tone }, { iconOnly, primary }, pending) {
  const classes = ["btn", iconOnly && "btn-icon btn-ghost", primary && "btn-primary", pending && "btn-loading", tone === "danger" && "btn-danger-quiet"];
  return classes.filter(Boolean).join(" ");
}

/**
 * A button that does an action: `actionButton(hangup, channel, context, { iconOnly: true })`.
 */
export const actionButton = directive(ActionButton);
