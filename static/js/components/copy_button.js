/** A button that copies a text; where the browser lets no page copy, it selects what is shown instead. */

import { html } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../dom.js";
import { t } from "../words.js";

/**
 * A button that copies.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {() => string} read gives the text
 * @param {() => Element | null | undefined} shown what holds the same text on the page
 */
export function copyButton(context, read, shown) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(read());
      context.toasts.show("good", t("Copied"));
    } catch {
      const element = shown();
      if (element) {
        getSelection()?.selectAllChildren(element);
      }
      context.toasts.show("info", t("Selected"), t("The browser does not let the page copy: press Ctrl+C."));
    }
  };
  return html`<button class="btn btn-sm" type="button" @click=${copy}>${icon("copy")}${t("Copy")}</button>`;
}
