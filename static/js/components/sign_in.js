/** Signing in again on the page as it is: a dialog over all that is open, which takes nothing away. */

import { icon } from "../dom.js";
import { Standing } from "../live/session.js";
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { t } from "../words.js";

/**
 * Let the reader sign in.
 *
 * @param {import("../live/session.js").Session} session
 * @returns {Promise<boolean>} whether the session is this page's again; false when the reader gives it up
 */
export function askToSignIn(session) {
  return new SignInDialog(session).answer;
}

class SignInDialog {
  #session;
  #host = document.createElement("div");
  /** @type {string} */
  #standing = Standing.NONE;
  #busy = false;
  #refusal = "";
  #finish = (/** @type {boolean} */ _restored) => {};

  /** @param {import("../live/session.js").Session} session */
  constructor(session) {
    this.#session = session;
    this.#standing = session.other ? Standing.OTHER : Standing.NONE;
    /** @type {Promise<boolean>} */
    this.answer = new Promise((resolve) => {
      this.#finish = resolve;
    });
    document.body.append(this.#host);
    this.#show();
    this.#dialog.showModal();
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.#host.firstElementChild);
  }

  #show() {
    render(this.#standing === Standing.NONE ? this.#form() : this.#notice(), this.#host);
  }

  #form() {
    return html`
      <dialog class="dialog" aria-labelledby="sign-in-title" data-testid="sign-in" @close=${() => this.#close(false)}>
        <form @submit=${(/** @type {SubmitEvent} */ event) => this.#submit(event)}>
          <div class="dialog-body">
            <h2 class="h3" id="sign-in-title">${t("Sign in again")}</h2>
            <p class="text-secondary">${t("Your session has ended. What is open here stays as it is, and what you were about to do goes on afterwards.")}</p>
            ${this.#refusal ? html`<div class="alert notice" data-tone="bad" role="alert" id="sign-in-error">${icon("alert-circle")}<p class="mb-0">${this.#refusal}</p></div>` : nothing}
            <label class="form-label" for="sign-in-username">${t("User name")}</label>
            <input class="form-control mb-3" id="sign-in-username" name="username" .defaultValue=${this.#session.username} autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="255">
            <label class="form-label" for="sign-in-password">${t("Password")}</label>
            <input class="form-control" id="sign-in-password" name="password" type="password" autocomplete="current-password" required maxlength="1024" autofocus aria-describedby=${this.#refusal ? "sign-in-error" : nothing}>
          </div>
          <div class="dialog-actions">
            <button class="btn" type="button" @click=${() => this.#dialog.close()}>${t("Not now")}</button>
            <button class="btn btn-primary ${this.#busy ? "btn-loading" : ""}" type="submit" ?disabled=${this.#busy}>${t("Sign in")}</button>
          </div>
        </form>
      </dialog>`;
  }

  /** Another user, other rights, or a password to be changed: this page cannot go on, and says what that costs. */
  #notice() {
    const { username, other } = this.#session;
    const change = this.#standing === Standing.PASSWORD;
    const words = change
      ? t("You must choose a password of your own before you go on. This page is loaded anew after that.")
      : other === username
        ? t("Your rights were changed while you were away. This page must be loaded anew to show what you may do now.")
        : t("%(other)s is signed in now, and this page is %(username)s's. It must be loaded anew.", { other, username });
    const back = location.pathname + location.search;
    const address = change ? `/password?${new URLSearchParams({ next: back })}` : back;
    return html`
      <dialog class="dialog" aria-labelledby="sign-in-title" data-testid="sign-in" @close=${() => this.#close(false)}>
        <div class="dialog-body">
          <h2 class="h3" id="sign-in-title">${change ? t("Choose a password of your own") : t("This page is out of date")}</h2>
          <p class="mb-2">${words}</p>
          <p class="text-secondary mb-0">${t("What you typed here is lost by that, and nothing of it was sent.")}</p>
        </div>
        <div class="dialog-actions">
          <button class="btn" type="button" @click=${() => this.#dialog.close()}>${t("Not now")}</button>
          <a class="btn btn-primary" href=${address}>${change ? t("Choose a password") : t("Load the page anew")}</a>
        </div>
      </dialog>`;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    this.#become({ busy: true, refusal: "" });
    try {
      const standing = await this.#session.signIn(String(form.get("username")), String(form.get("password")));
      if (standing === Standing.OURS) {
        this.#close(true);
      } else {
        this.#change(standing);
      }
    } catch (problem) {
      this.#become({ busy: false, refusal: problem instanceof Error ? problem.message : String(problem) });
      /** @type {HTMLInputElement | null} */ (this.#host.querySelector("#sign-in-password"))?.select();
    }
  }

  /** @param {{busy: boolean, refusal: string}} state */
  #become({ busy, refusal }) {
    this.#busy = busy;
    this.#refusal = refusal;
    this.#show();
  }

  /** Show the notice in place of the form. @param {string} standing */
  #change(standing) {
    this.#standing = standing;
    this.#show();
    this.#dialog.showModal();
  }

  /** @param {boolean} restored */
  #close(restored) {
    this.#finish(restored);
    this.#host.remove();
  }
}
