/** The commands that were run, newest last, walked through by the arrow keys as in a shell. Pure. */

const MOST = 50;

export class CommandHistory {
  /** @type {string[]} */
  #commands;
  #at;
  #draft = "";

  /** @param {readonly string[]} commands newest last */
  constructor(commands) {
    this.#commands = [...commands].slice(-MOST);
    this.#at = this.#commands.length;
  }

  /** All of them, newest last. */
  get commands() {
    return this.#commands;
  }

  /**
   * Remember a command; one that was run before moves to the end.
   *
   * @param {string} command
   */
  add(command) {
    this.#commands = [...this.#commands.filter((each) => each !== command), command].slice(-MOST);
    this.#at = this.#commands.length;
    this.#draft = "";
  }

  /**
   * The command before the one that is shown; the oldest one stays.
   *
   * @param {string} text what stands there now, kept to come back to
   * @returns {string}
   */
  back(text) {
    if (this.#at === this.#commands.length) {
      this.#draft = text;
    }
    this.#at = Math.max(0, this.#at - 1);
    return this.#commands[this.#at] ?? text;
  }

  /**
   * The command after the one that is shown, and last what was being written.
   *
   * @param {string} text what stands there now
   * @returns {string}
   */
  forward(text) {
    if (this.#at >= this.#commands.length) {
      return text;
    }
    this.#at += 1;
    return this.#commands[this.#at] ?? this.#draft;
  }
}
