/** What can be done to a row of a live table: its buttons, its menu, its letters. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../dom.js";
import { t } from "../words.js";
import { actionButton } from "./action_button.js";
import { isAllowed, whyNot } from "./availability.js";
import { itemsFor, openMenu } from "./row_menu.js";

const BUTTON_REM = 2.25;

/**
 * @typedef {import("./row_model.js").Row} Row
 * @typedef {import("./action_spec.js").ActionSpec} ActionSpec
 */

export class TableActions {
  #context;
  #options;

  /**
   * @param {import("../shell/context.js").Context} context
   * @param {import("./table_options.js").TableOptions} options
   */
  constructor(context, options) {
    this.#context = context;
    this.#options = options;
  }

  /** The width of the cell that holds the buttons, for CSS. */
  get track() {
    const buttons = this.#quick.length + (this.#options.actions ? 1 : 0);
    return buttons ? `${buttons * BUTTON_REM + 0.75}rem` : "0.5rem";
  }

  /**
   * The buttons of a row.
   *
   * @param {Row} row
   * @param {boolean} cards whether rows are cards, which have the menu alone
   */
  buttons({ value, gone }, cards) {
    if (gone) {
      return html`<span class="second">${t("Ended")}</span>`;
    }
    const target = this.target(value);
    return html`${cards ? nothing : this.#quick.map((spec) => actionButton(spec, target, this.#context, { iconOnly: true, tabIndex: -1 }))}${
      this.#hasMenu(value)
        ? html`<button class="btn btn-icon btn-ghost" type="button" tabindex="-1" data-menu-button aria-haspopup="menu"
            title=${t("Actions")} aria-label=${t("Actions")}>${icon("dots-vertical")}</button>`
        : nothing
    }`;
  }

  /**
   * Open the menu of a row.
   *
   * @param {Row} row
   * @param {HTMLElement} anchor gets the focus back
   * @param {{x: number, y: number}} [at] where; beside the anchor without
   */
  openMenu({ value }, anchor, at) {
    const specs = this.#options.actions?.(value) ?? [];
    openMenu(anchor, itemsFor(specs, this.target(value), this.#context, anchor), { at });
  }

  /**
   * Do the action of a letter.
   *
   * @param {Row | undefined} row
   * @param {string} letter
   * @param {HTMLElement} anchor gets the focus back
   * @returns {boolean} whether there is one
   */
  act(row, letter, anchor) {
    if (!row || row.gone) {
      return false;
    }
    const specs = [...this.#quick, ...(this.#options.actions?.(row.value) ?? [])];
    const spec = specs.find(({ key }) => key === letter);
    if (!spec || !isAllowed(spec, this.#context)) {
      return false;
    }
    const target = this.target(row.value);
    const reason = whyNot(spec, target, this.#context);
    if (reason) {
      this.#context.toasts.show("info", spec.label(), reason);
    } else {
      this.#context.run(spec, target, { anchor });
    }
    return true;
  }

  /** @param {any} value */
  #hasMenu(value) {
    return this.#options.actions?.(value).some((spec) => isAllowed(spec, this.#context));
  }

  /**
   * What actions are given of a row.
   *
   * @param {any} value
   */
  target(value) {
    return this.#options.target ? this.#options.target(value) : value;
  }

  /** @returns {readonly ActionSpec[]} */
  get #quick() {
    return (this.#options.quick ?? []).filter((spec) => isAllowed(spec, this.#context));
  }
}
