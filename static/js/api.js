/** The REST calls of the console, and what their answers mean. */

/** An answer that is not a success; built from problem details (RFC 9457), or from a request that got no answer. */
export class Problem extends Error {
  /**
   * @param {object} details problem details: title, status, detail, code, errors, ami, outcome
   */
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
   * @returns {Promise<object>} the answer's data
   * @throws {Problem}
   */
  read(path) {
    const query = new URLSearchParams({ pbx: this.#pbx });
    return this.#request(`/api/ami/${path}?${query}`, { method: "GET" }, {});
  }

  /**
   * Ask the PBX to change something; it is sent once and never again.
   *
   * @param {string} path below /api/ami/, with a trailing slash
   * @param {object} body
   * @returns {Promise<object>} the answer's data
   * @throws {Problem} `unknown` is true when nobody can tell whether it was done
   */
  write(path, body) {
    const options = {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": this.#csrfToken },
      body: JSON.stringify({ ...body, pbx: this.#pbx }),
    };
    return this.#request(`/api/ami/${path}`, options, { outcome: "unknown" });
  }

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
