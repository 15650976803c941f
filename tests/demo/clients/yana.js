// The script, taken by yana.
import { createRequire } from "node:module";

import { Events, perform } from "./program.js";

const AMI = createRequire(import.meta.url)("yana");

class Yana {
  events = new Events();
  #ami;
  #list; // the ActionID of the list that is being told

  header(message, name) {
    return message[name];
  }

  async logIn(host, port, login, password) {
    this.#ami = new AMI({ host, port, login, password, reconnect: false });
    this.#ami.on("event", (event) => {
      if (!this.#list || event.ActionID !== this.#list) this.events.add(event);
    });
    await new Promise((resolve, reject) => {
      this.#ami.once("error", (problem) => reject(new Error(problem)));
      this.#ami.connect(resolve);
    });
    return { succeeded: true, messages: [] };
  }

  /** Its callback is called for the response, and once more for each message with the same ActionID. */
  async ask(action, headers) {
    const heard = [];
    const messages = await new Promise((resolve) => {
      this.#ami.send({ Action: action, ...headers }, (message) => {
        heard.push(message);
        if (heard.length === 1 && message.EventList === "start") this.#list = message.ActionID;
        else if (!this.#list || message.EventList === "Complete") resolve([...heard]);
      });
    });
    this.#list = undefined;
    return { succeeded: messages[0].Response === "Success", messages };
  }

  async logOff() {
    await new Promise((resolve) => this.#ami.disconnect(resolve));
    return { succeeded: true, messages: [] };
  }
}

await perform(new Yana());
