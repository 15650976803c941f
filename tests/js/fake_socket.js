/** Stands in for a Socket.IO socket: keeps what was sent, and lets the test answer. */
export class FakeSocket {
  constructor() {
    this.handlers = {};
    this.sent = [];
    this.connects = 0;
    this.active = true;
  }

  on(name, handler) {
    this.handlers[name] = handler;
  }

  connect() {
    this.connects += 1;
  }

  timeout() {
    return this;
  }

  emit(name, payload, acknowledge) {
    this.sent.push({ name, payload, acknowledge });
  }

  happen(name, value) {
    this.handlers[name](value);
  }

  take() {
    return this.sent.splice(0);
  }
}
