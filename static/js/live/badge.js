/** The link badge in the header, its panel of facts, the banner over stale rows, and the controls that need a link. */

import { partsOf, setAttribute, setShown, setText, setTone } from "../dom.js";
import { spanText, timeText } from "../format.js";
import { clockOffsetText, describeLink, driftText, rowGapText, shedText } from "./link.js";
import { FeedState } from "./socket.js";

export class LinkBadge {
  #feed;
  #clock;
  #rows;
  #pbx;
  #topic;
  #badge = partsOf(document.getElementById("link"));
  #banner = document.getElementById("stale-banner");
  #bannerParts = partsOf(this.#banner);
  #spoken = "";

  /**
   * @param {import("./socket.js").Feed} feed
   * @param {import("./clock.js").ServerClock} clock
   * @param {{clock: import("./clock.js").PictureClock, shown: () => string[], known: () => boolean}} rows their clock,
   *   their topics, and whether there are any to speak of
   * @param {string} pbx the PBX that the page shows
   * @param {import("./store.js").TableTopic} topic its topic `pbx`
   */
  constructor(feed, clock, rows, pbx, topic) {
    this.#feed = feed;
    this.#clock = clock;
    this.#rows = rows;
    this.#pbx = pbx;
    this.#topic = topic;
    feed.listen(() => this.show());
    topic.listen(() => this.show());
    addEventListener("online", () => this.show());
    addEventListener("offline", () => this.show());
    this.show();
  }

  /** Write what is true now; called on each change and once a second. */
  show() {
    const link = this.#topic.items.get(this.#pbx) ?? null;
    const { lostAt, state } = this.#feed;
    const lostSeconds = lostAt === null ? null : (this.#clock.now() - lostAt) / 1000;
    const error = this.#topic.error?.detail ?? null;
    const facts = { feed: state, online: navigator.onLine, lostSeconds, link, error };
    const truth = describeLink(facts, this.#clock);
    setTone(this.#badge.badge, truth.tone);
    setText(this.#badge.label, truth.label);
    setText(this.#badge.short, truth.short);
    this.#speak(truth.short);
    this.#rows.clock.setAhead(link?.clock_offset);
    if (truth.live) {
      this.#rows.clock.release();
    } else {
      this.#rows.clock.hold();
    }
    this.#showBanner(truth, link);
    this.#showFacts(truth, link);
    document.body.dataset.live = String(truth.live);
    for (const fieldset of document.querySelectorAll("[data-needs-link]")) {
      fieldset.disabled = !truth.live;
      setAttribute(fieldset, "title", truth.live ? null : `${truth.label}. ${truth.reason}`);
    }
  }

  #speak(words) {
    const kind = words.replace(/ in \d.*/, "");
    if (kind !== this.#spoken) {
      this.#spoken = kind;
      setText(this.#badge.spoken, `Link to ${this.#pbx}: ${kind}`);
    }
  }

  #showBanner(truth, link) {
    const gaps = truth.live ? rowGapText(link.limits, this.#clock, this.#rows.shown()) : "";
    setShown(this.#banner, !truth.live || Boolean(gaps));
    setShown(this.#bannerParts.login, this.#feed.state === FeedState.REFUSED);
    this.#banner.dataset.tone = truth.tone;
    setText(this.#bannerParts.title, truth.label);
    if (truth.live) {
      setText(this.#bannerParts.detail, gaps);
      return;
    }
    const moment = timeText(new Date(this.#rows.clock.seenAt())).slice(0, 8);
    const shown = this.#rows.known() ? ` What you see is the last known picture, from ${moment}.` : "";
    setText(this.#bannerParts.detail, truth.reason + shown);
    const back = new URLSearchParams({ next: location.pathname + location.search + location.hash });
    setAttribute(this.#bannerParts.login, "href", `/login?${back}`);
  }

  #showFacts(truth, link) {
    const facts = {
      state: truth.label,
      reason: truth.reason,
      note: truth.live && link.detail,
      address: link?.address,
      version: link?.asterisk_version && `Asterisk ${link.asterisk_version}`,
      trip: link?.round_trip_ms != null && truth.live && `${link.round_trip_ms.toFixed(1)} ms`,
      pbxClock: truth.live && clockOffsetText(link.clock_offset),
      drifts: driftText(link?.drifts),
      shed: shedText(link?.counters?.shed),
      since: link?.since && `${timeText(link.since).slice(0, 8)}, ${spanText(this.#clock.secondsSince(link.since))} ago`,
    };
    for (const [name, text] of Object.entries(facts)) {
      setText(this.#badge[name], text || "");
      setShown(this.#badge[name].closest("[data-fact]"), Boolean(text));
    }
  }
}
