// The script, taken by asterisk-manager.
import { createRequire } from "node:module";

import { Events, perform } from "./program.js";

const connect = createRequire(import.meta.url)("asterisk-manager");

class AsteriskManager {
  events = new Events();
  #items = new Map(); // the items of lists, by ActionID: they come as events
  #ami;

  header(message, name) {
    return message[name.toLowerCase()];
  }

  async logIn(host, port, username, secret) {
    this.#ami = connect(port, host, username, secret, true);
    this.#ami.on("managerevent", (event) => this.#hear(event));
    const response = await new Promise((resolve) => this.#ami.once("response", resolve));
    return { succeeded: response.response === "Success", messages: [response] };
  }

  async ask(action, headers) {
    const items = [];
    const { error, response } = await new Promise((resolve) => {
      const id = this.#ami.action({ action, ...headers }, (error, response) => resolve({ error, response }));
      this.#items.set(id, items);
    });
    if (response.eventlist === "start") {
      await this.events.until(() => items.at(-1)?.eventlist === "Complete", `the end of ${action}`);
    }
    this.#items.delete(response.actionid);
    return { succeeded: !error, messages: [response, ...items] };
  }

  async logOff() {
    const answer = await this.ask("Logoff", {});
    this.#ami.disconnect();
    return answer;
  }

  #hear(event) {
    const items = event.event === "OriginateResponse" ? undefined : this.#items.get(event.actionid);
    if (items) {
      items.push(event);
      this.events.wake();
    } else {
      this.events.add(event);
    }
  }
}

await perform(new AsteriskManager());
