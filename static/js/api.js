/** The REST calls of the console, and what their answers mean. */

import { t } from "./words.js";

/**
 * @typedef {object} ProblemDetails
 * @property {string} [title]
 * @property {number} [status]
 * @property {string} [detail]
 * @property {string} [code]
 * @property {{field: string, detail: string}[]} [errors]
 * @property {string | null} [ami] the PBX's own words
 * @property {string} [outcome]
 */

/** An answer that is not a success; built from problem details (RFC 9457), or from a request that got no answer. */
export class Problem extends Error {
  /** @param {ProblemDetails} details */
  constructor(details) {
    super(details.detail || details.title || t("Something went wrong."));
    this.name = "Problem";
    this.status = details.status ?? 0;
    this.title = details.title ?? "";
    this.code = details.code ?? "";
    this.ami = details.ami ?? null;
    this.errors = details.errors ?? [];
    this.unknown = details.outcome === "unknown";
  }
}

/** What is told of a request that got no answer. */
export const BROKEN = Object.freeze({
  title: t("No answer from amictl"),
  code: "no_answer",
  detail: t("The connection to amictl broke before an answer came."),
});

const SIGNED_OUT = Object.freeze({
  title: t("Signed out"),
  detail: t("Nothing was sent, since you are not signed in any more."),
});

const KEY_BYTES = 16;

/** How often, a second apart, the first answer is asked for of a write that is at work already. */
const PATIENCE = 30;

/**
 * A name for one write, as good as unique: what is sent twice under it is done once.
 *
 * `crypto.randomUUID` would do, but browsers keep it from pages without HTTPS.
 *
 * @returns {string}
 */
export function makeKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Api {
  #session;
  #pbx;
  #fetch;
  #sleep;

  /**
   * @param {{csrfToken: string, restore: () => Promise<boolean>}} session its token is sent with each write; what is
   *   refused since it ended is sent again once it is restored
   * @param {string} pbx the PBX that the page shows
   * @param {typeof fetch} fetcher
   * @param {() => Promise<unknown>} sleep waits a second
   */
  constructor(
    session,
    pbx,
    fetcher = (...args) => globalThis.fetch(...args),
    sleep = () => new Promise((resolve) => { setTimeout(resolve, 1_000); }),
  ) {
    this.#session = session;
    this.#pbx = pbx;
    this.#fetch = fetcher;
    this.#sleep = sleep;
  }

  /**
   * Ask for something.
   *
   * @param {string} path below /api/ami/, with a trailing slash
   * @param {Record<string, string>} query
   * @param {{signal?: AbortSignal}} options
   * @returns {Promise<any>} the answer's data
   * @throws {Problem}
   */
  read(path, query = {}, { signal } = {}) {
    const asked = new URLSearchParams({ ...query, pbx: this.#pbx });
    return this.#request(`/api/ami/${path}?${asked}`, () => ({ method: "GET", signal }), {});
  }

  /**
   * Ask the PBX to change something; by itself it is sent once and never again, unless amictl refused it.
   *
   * What a browser sends twice by itself, when a kept connection turned out to be gone, is done once, by its key.
   *
   * @param {string} path below /api/ami/, with a trailing slash
   * @param {Record<string, any>} body
   * @param {{key?: string}} options `key`: what is sent twice under the same one is done once at most
   * @returns {Promise<any>} the answer's data
   * @throws {Problem} `unknown` is true when nobody can tell whether it was done
   */
  write(path, body, { key = makeKey() } = {}) {
    const content = JSON.stringify({ ...body, pbx: this.#pbx });
    const makeOptions = () => ({
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRF-Token": this.#session.csrfToken,
        "Idempotency-Key": key,
      },
      body: content,
    });
    return this.#request(`/api/ami/${path}`, makeOptions, { outcome: "unknown" });
  }

  /**
   * @param {string} url
   * @param {() => RequestInit & {headers?: Record<string, string>}} makeOptions
   * @param {ProblemDetails} whenBroken what to say besides of a request that got no answer
   * @returns {Promise<any>}
   */
  async #request(url, makeOptions, whenBroken) {
    let answer = await this.#send(url, makeOptions(), whenBroken);
    if (lacksSession(answer.response)) {
      if (!(await this.#session.restore())) {
        throw new Problem({ ...answer.body, ...SIGNED_OUT, status: answer.response.status });
      }
      answer = await this.#send(url, makeOptions(), whenBroken);
    }
    for (let times = 0; isAtWork(answer.response); times += 1) {
      if (times === PATIENCE) {
        throw new Problem({ ...BROKEN, ...whenBroken });
      }
      await this.#sleep();
      answer = await this.#send(url, makeOptions(), whenBroken);
    }
    const { response, body } = answer;
    if (!response.ok || !body.success) {
      throw new Problem({ status: response.status, ...body });
    }
    return body.data;
  }

  /**
   * @param {string} url
   * @param {RequestInit & {headers?: Record<string, string>}} options
   * @param {ProblemDetails} whenBroken
   */
  async #send(url, options, whenBroken) {
    const headers = { Accept: "application/json", ...options.headers };
    let response;
    let body;
    try {
      response = await this.#fetch(url, { ...options, headers, credentials: "same-origin", redirect: "error" });
      body = await response.json();
    } catch {
      const refused = response !== undefined && response.status >= 400 && response.status < 500;
      throw new Problem({ ...BROKEN, status: response?.status ?? 0, ...(refused ? {} : whenBroken) }); // 502: by a proxy
    }
    return { response, body };
  }
}

/**
 * Whether a request was refused for want of a session, or of a CSRF token that goes with it: nothing was done.
 *
 * @param {Response} response
 */
function lacksSession(response) {
  return response.status === 401 || (response.status === 403 && response.headers.get("X-CSRF-Token") === "refused");
}

/**
 * Whether a write was sent twice, and the first one is still at work: its answer comes later.
 *
 * @param {Response} response
 */
function isAtWork(response) {
  return response.status === 409 && response.headers.has("Retry-After");
}
