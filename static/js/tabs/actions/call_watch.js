/** What became of an originated call, read from the live channels. Pure. */

/** How long to wait for the channel of an accepted originate to appear. */
const APPEAR_SECONDS = 8;

export class CallWatch {
  #startedAt;
  #answeredAt = null;
  #seen = false;
  #over = null;

  /**
   * @param {string} channelId the unique ID that the channel was given
   * @param {number} now milliseconds
   */
  constructor(channelId, now) {
    this.channelId = channelId;
    this.#startedAt = now;
  }

  /** Whether nothing will change any more. */
  get over() {
    return this.#over !== null;
  }

  /**
   * Look at the channel once more.
   *
   * @param {object | undefined} channel the channel's payload, undefined when there is none
   * @param {number} now milliseconds
   * @returns {{tone: string, label: string, seconds: number | null}} `seconds` counts the talk or the wait
   */
  look(channel, now) {
    if (this.#over) {
      return this.#over;
    }
    if (channel) {
      return this.#alive(channel, now);
    }
    const waited = (now - this.#startedAt) / 1000;
    if (this.#seen) {
      return this.#end(now);
    }
    if (waited > APPEAR_SECONDS) {
      this.#over = { tone: "bad", label: "No channel appeared: the PBX could not start the call", seconds: null };
      return this.#over;
    }
    return { tone: "neutral", label: "Accepted by the PBX", seconds: waited };
  }

  #alive(channel, now) {
    this.#seen = true;
    if (channel.state === "Up") {
      this.#answeredAt ??= channel.answered_at ? Date.parse(channel.answered_at) : now;
      return { tone: "good", label: "Answered", seconds: (now - this.#answeredAt) / 1000 };
    }
    const label = channel.state === "Ringing" ? "Ringing" : "Calling";
    return { tone: "info", label, seconds: (now - this.#startedAt) / 1000 };
  }

  #end(now) {
    this.#over = this.#answeredAt
      ? { tone: "neutral", label: "Ended after", seconds: (now - this.#answeredAt) / 1000 }
      : { tone: "bad", label: "Ended without an answer", seconds: null };
    return this.#over;
  }
}
