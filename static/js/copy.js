/** Buttons that copy the text of the `<code>` beside them. */

import { t } from "./words.js";

const SHOWN_MS = 2000;

/** @type {WeakMap<HTMLButtonElement, string>} what a button says before it is pressed */
const offers = new WeakMap();

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const label = /** @type {Text} */ (button.lastChild);
  offers.set(button, offers.get(button) ?? label.data);
  try {
    await navigator.clipboard.writeText(button.parentElement?.querySelector("code")?.textContent ?? "");
    label.data = ` ${t("Copied")}`;
  } catch {
    label.data = ` ${t("Not allowed here")}`;
  }
  setTimeout(() => {
    label.data = offers.get(button) ?? "";
  }, SHOWN_MS);
}

/** Show the page's copy buttons where the browser lets pages copy, which needs HTTPS or this machine. */
export function offerCopies() {
  if (!navigator.clipboard) {
    return;
  }
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copy]"))) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
