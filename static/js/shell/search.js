/** The search box of the header: it filters the tab in front, and its words are part of the address. */

const WAIT_MS = 120;

export class Search {
  #input;
  #router;
  #onWords;
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {HTMLInputElement} input
   * @param {import("./router.js").Router} router
   * @param {(words: string) => void} onWords
   */
  constructor(input, router, onWords) {
    this.#input = input;
    this.#router = router;
    this.#onWords = onWords;
    input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#changed(), WAIT_MS);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        input.value = "";
        this.#changed();
        input.blur();
      }
    });
    router.listen(({ query }) => this.#show(query));
    this.#show(router.place.query);
  }

  /** The words that filter now. */
  get words() {
    return this.#input.value;
  }

  /** Let somebody type; what stands there is marked. */
  focus() {
    this.#input.focus();
    this.#input.select();
  }

  /** @param {URLSearchParams} query */
  #show(query) {
    clearTimeout(this.#timer);
    this.#input.value = query.get("q") ?? "";
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#router.note("q", this.#input.value.trim());
    this.#onWords(this.#input.value);
  }
}
