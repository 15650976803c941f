/** The REST calls of the console, and what their answers mean. */

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
    super(details.detail || details.title || "Something went wrong.");
    this.name = "Problem";
    this.status = details.status ?? 0;
    this.title = details.title ?? "";
    this.code = details.code ?? "";
    this.ami = details.ami ?? null;
    this.errors = details.errors ?? [];
    this.unknown = details.outcome === "unknown";
  }
}

const BROKEN = Object.freeze({
  title: "No answer from amictl",
  code: "no_answer",
  detail: "The connection to amictl broke before an answer came.",
});

const KEY_BYTES = 16;

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
  #csrfToken;
  #pbx;
  #fetch;

  /**
   * @param {string} csrfToken sent with each write
   * @param {string} pbx the PBX that the page shows
   * @param {typeof fetch} fetcher
   */
  constructor(csrfToken, pbx, fetcher = (...args) => globalThis.fetch(...args)) {
    this.#csrfToken = csrfToken;
    this.#pbx = pbx;
    this.#fetch = fetcher;
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
    return this.#request(`/api/ami/${path}?${asked}`, { method: "GET", signal }, {});
  }

  /**
   * Ask the PBX to change something; by itself it is sent once and never again.
   *
   * @param {string} path below /api/ami/, with a trailing slash
   * @param {Record<string, any>} body
   * @param {{key?: string}} options `key`: what is sent twice under the same one is done once at most
   * @returns {Promise<any>} the answer's data
   * @throws {Problem} `unknown` is true when nobody can tell whether it was done
   */
  write(path, body, { key = makeKey() } = {}) {
    const options = {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": this.#csrfToken, "Idempotency-Key": key },
      body: JSON.stringify({ ...body, pbx: this.#pbx }),
    };
    return this.#request(`/api/ami/${path}`, options, { outcome: "unknown" });
  }

  /**
   * @param {string} url
   * @param {RequestInit & {headers?: Record<string, string>}} options
   * @param {ProblemDetails} whenBroken what to say besides of a request that got no answer
   * @returns {Promise<any>}
   */
  async #request(url, options, whenBroken) {
    const headers = { Accept: "application/json", ...options.headers };
    let response;
    let body;
    try {
      response = await this.#fetch(url, { ...options, headers, credentials: "same-origin", redirect: "error" });
      body = await response.json();
    } catch {
      throw new Problem({ ...BROKEN, ...(response?.ok === false ? { status: response.status } : whenBroken) });
    }
    if (!response.ok || !body.success) {
      throw new Problem({ status: response.status, ...body });
    }
    return body.data;
  }
}
