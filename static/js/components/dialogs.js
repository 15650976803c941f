/** Dialogs over the page, made from its templates; the browser keeps the focus inside and gives it back. */

import { cloneTemplate } from "../dom.js";

/**
 * Open a dialog.
 *
 * @param {string} template id of a template with a `<dialog>` whose form has `method="dialog"`
 * @param {(parts: Record<string, HTMLElement>, form: HTMLFormElement) => void} fill writes into it before it is shown
 * @returns {{answer: Promise<FormData | null>, close: () => void}} the form's data, or null when it was dismissed
 */
export function openDialog(template, fill) {
  const { element, parts } = cloneTemplate(template);
  const dialog = /** @type {HTMLDialogElement} */ (element);
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  fill(parts, form);
  document.body.append(dialog);
  for (const button of dialog.querySelectorAll("[data-dismiss]")) {
    button.addEventListener("click", () => dialog.close(""));
  }
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
  const answer = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "ok" ? new FormData(form) : null);
      dialog.remove();
    });
  });
  dialog.showModal();
  return { answer, close: () => dialog.close("") };
}
