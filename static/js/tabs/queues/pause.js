/** Pausing and unpausing queue members: asks for reason and reach, sends it, tells what happened. */

import { Problem } from "../../api.js";
import { openDialog } from "../../components/dialogs.js";
import { setPending, setShown } from "../../dom.js";
import { isolated } from "../../words.js";

export class PauseControl {
  #api;
  #toasts;
  #topic;

  /**
   * @param {object} context api, toasts
   * @param {import("../../live/store.js").TableTopic} topic the topic `queues`
   */
  constructor({ api, toasts }, topic) {
    this.#api = api;
    this.#toasts = toasts;
    this.#topic = topic;
  }

  /**
   * Pause a member who is not paused, or unpause one who is.
   *
   * @param {object} member the member with the `queue` in which its button was pressed
   * @param {HTMLButtonElement} button shows that an answer is awaited
   */
  async toggle(member, button) {
    const paused = !member.paused;
    const others = this.#elsewhere(member, paused);
    const choice = paused || others.length ? await this.#ask(member, paused, others) : new FormData();
    if (choice) {
      const everywhere = choice.get("reach") === "all";
      const reason = (choice.get("other") || choice.get("reason") || "").trim();
      await this.#send(member, { paused, everywhere, reason }, button);
    }
  }

  /** The other queues in which this member could be paused or unpaused too. */
  #elsewhere(member, paused) {
    return [...this.#topic.items.values()]
      .filter((queue) => queue.queue !== member.queue)
      .filter((queue) => queue.members.some((one) => one.interface === member.interface && one.paused !== paused))
      .map((queue) => queue.queue);
  }

  #ask(member, paused, others) {
    const name = member.name || member.interface;
    const dialog = openDialog(paused ? "pause-dialog" : "unpause-dialog", (parts, form) => {
      parts.name.textContent = name;
      parts.queue.textContent = member.queue;
      parts.all.textContent = `In all queues: also ${others.map(isolated).join(", ")}`;
      setShown(parts.reach, others.length > 0);
      form.elements.other?.addEventListener("input", () => {
        form.elements.reason.value = "";
      });
      form.addEventListener("change", (event) => {
        if (event.target.name === "reason") {
          form.elements.other.value = "";
        }
      });
    });
    return dialog.answer;
  }

  async #send(member, { paused, everywhere, reason }, button) {
    const name = isolated(member.name || member.interface);
    const where = everywhere ? "all queues" : isolated(member.queue);
    const body = { interface: member.interface, paused };
    if (!everywhere) {
      body.queue = member.queue;
    }
    if (paused && reason) {
      body.reason = reason;
    }
    setPending(button, true);
    try {
      const done = await this.#api.write("queue/pause/", body);
      this.#toasts.show("good", `${paused ? "Paused" : "Unpaused"} ${name} in ${where}`, done.message);
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        throw problem;
      }
      this.#toasts.problem(`${paused ? "Pause" : "Unpause"} ${name} in ${where}`, problem);
    } finally {
      setPending(button, false);
    }
  }
}
