/** The Channels tab: every channel that exists on the PBX now. */

import { html } from "../../vendor/lit-html/lit-html.js";
import { CHANNEL_ACTIONS, hangUp, redirect } from "../actions/channel_actions.js";
import { channelName, channelTarget } from "../actions/channel_target.js";
import { startRecording } from "../actions/supervision_actions.js";
import { setVariable } from "../actions/variable_actions.js";
import { channelDoing, deviceName } from "../channel_words.js";
import { isAllowed } from "../components/availability.js";
import { clock, party, pill, text } from "../components/cells.js";
import { LiveTable } from "../components/live_table.js";
import { tableKeys } from "../components/table_keys.js";
import { coalesce, partsOf } from "../dom.js";
import { channelState } from "../states.js";
import { t, tn } from "../words.js";
import { ChannelPanel, queryNow, sinceOf } from "./channels/channel_panel.js";

/** @typedef {import("../channel_words.js").Channel} Channel */

/** @returns {import("../components/column_layout.js").Column[]} */
const columns = () => [
  {
    key: "state",
    label: t("State"),
    cell: pill(channelState),
    sort: (channel) => channelState(channel).label,
    text: (channel) => channelState(channel).label,
    width: "9rem",
  },
  {
    key: "caller",
    label: t("Party"),
    cell: party((/** @type {Channel} */ channel) => ({ name: channel.caller_id_name, number: channel.caller_id_num })),
    sort: (channel) => channel.caller_id_name || channel.caller_id_num,
    text: (channel) => `${channel.caller_id_name ?? ""} ${channel.caller_id_num ?? ""}`,
    width: "minmax(8rem, 2fr)",
  },
  {
    key: "connected",
    label: t("With"),
    cell: party((/** @type {Channel} */ channel) =>
      channel.connected_line_name || channel.connected_line_num
        ? { name: channel.connected_line_name, number: channel.connected_line_num }
        : null,
    ),
    sort: (channel) => channel.connected_line_name || channel.connected_line_num,
    text: (channel) => `${channel.connected_line_name ?? ""} ${channel.connected_line_num ?? ""}`,
    width: "minmax(8rem, 2fr)",
  },
  {
    key: "doing",
    label: t("What runs"),
    cell: text(channelDoing),
    sort: channelDoing,
    text: (channel) => `${channelDoing(channel)} ${channel.application ?? ""}`,
    width: "minmax(7rem, 1.25fr)",
  },
  {
    key: "device",
    label: t("Line"),
    cell: (/** @type {Channel} */ { channel: name }) => html`<span class="cut" title=${name}>${deviceName(name)}</span>`,
    sort: (channel) => deviceName(channel.channel),
    text: (channel) => deviceName(channel.channel),
    width: "minmax(4.5rem, 0.75fr)",
  },
  {
    key: "exten",
    label: t("Extension"),
    cell: text((/** @type {Channel} */ channel) => extensionOf(channel)),
    sort: extensionOf,
    text: extensionOf,
    width: "minmax(6rem, 1fr)",
    hidden: true,
  },
  {
    key: "channel",
    label: t("Channel"),
    cell: text((/** @type {Channel} */ channel) => channel.channel),
    sort: (channel) => channel.channel,
    text: (channel) => channel.channel,
    width: "minmax(10rem, 1.5fr)",
    hidden: true,
  },
  {
    key: "state_since",
    label: t("In state"),
    cell: clock((channel) => sinceOf(channel)),
    sort: (channel) => timeOf(sinceOf(channel)),
    width: "5rem",
    end: true,
  },
  {
    key: "created",
    label: t("Duration"),
    cell: clock((channel) => channel.created_at),
    sort: (channel) => -(timeOf(channel.created_at) ?? 0),
    width: "6rem",
    end: true,
  },
];

/** What can be done to several at once. */
const BULK = [redirect, startRecording, setVariable, hangUp];

export class ChannelsTab {
  static topics = ["channels"];

  #context;
  #topic;
  #table;
  #panel;
  #split;
  /** @type {string | null} the channel whose panel is open */
  #open = null;
  /** @type {Map<string, Channel[]> | null} those in one bridge, until a channel changes */
  #bridges = null;
  #visible = false;
  /** What the search box says, which stays when a panel opens. */
  #words = "";

  keys = tableKeys();

  /**
   * @param {HTMLElement} panel
   * @param {import("../shell/context.js").Context} context
   * @param {{channels: import("../live/store.js").TableTopic}} topics
   */
  constructor(panel, context, { channels }) {
    this.#context = context;
    this.#topic = channels;
    const parts = partsOf(panel);
    this.#split = parts.split;
    const targetOf = (/** @type {Channel} */ channel) => channelTarget(channel, this.#othersOf(channel));
    channels.listen(() => {
      this.#bridges = null;
    });
    this.#table = new LiveTable(parts.table, context, {
      name: "channels",
      label: t("Channels"),
      topic: channels,
      columns: columns(),
      order: { column: "created", descending: false },
      card: ["caller", "state", "doing", "created"],
      select: BULK.some((spec) => isAllowed(spec, context)),
      quick: [hangUp],
      actions: () => CHANNEL_ACTIONS,
      bulk: BULK,
      target: targetOf,
      open: (key) => context.href("channels", key, { q: this.#words }),
      current: () => this.#open,
      summary: (values) => this.#summary(values),
      empty: { icon: "phone", title: t("No calls right now"), text: t("Channels appear here the moment they exist on the PBX.") },
    });
    this.#panel = new ChannelPanel(parts.panel, context, targetOf);
    channels.listen(coalesce(() => this.#showPanel(), 200));
    parts.split.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && this.#open !== null) {
        context.go(context.href("channels", { q: queryNow() }));
      }
    });
  }

  /** @param {string[]} path */
  show(path) {
    const key = path[0] ?? null;
    this.#visible = true;
    this.#open = key;
    this.#split.toggleAttribute("data-open", key !== null);
    this.#table.show();
    this.#showPanel();
  }

  hide() {
    this.#visible = false;
    this.#table.hide();
  }

  tick() {
    this.#table.tick();
    this.#showPanel();
  }

  /** @param {string} words */
  filter(words) {
    this.#words = words.trim();
    this.#table.filter(words);
  }

  #showPanel() {
    if (this.#visible && (this.#open === null || this.#topic.known)) {
      this.#panel.show(this.#open, this.#open === null ? undefined : this.#topic.items.get(this.#open));
    }
  }

  /** @param {Channel} channel */
  #othersOf({ unique_id: own, bridge_id: bridge }) {
    if (bridge === null) {
      return [];
    }
    this.#bridges ??= groupByBridge(this.#topic.items.values());
    const others = (this.#bridges.get(bridge) ?? []).filter((other) => other.unique_id !== own);
    return others.map((other) => ({ unique_id: other.unique_id, name: channelName(other) }));
  }

  /** @param {Channel[]} channels */
  #summary(channels) {
    this.#context.count("channels", channels.length);
    const states = new Map();
    for (const channel of channels) {
      const { label } = channelState(channel);
      states.set(label, (states.get(label) ?? 0) + 1);
    }
    const counted = [...states].sort((a, b) => b[1] - a[1]).map(([state, count]) => t("%(count)s %(state)s", { count, state: state.toLocaleLowerCase() }));
    return [tn("%(count)s channel", "%(count)s channels", channels.length), ...counted].join(" · ");
  }
}

/**
 * @param {Iterable<Channel>} channels
 * @returns {Map<string, Channel[]>}
 */
function groupByBridge(channels) {
  /** @type {Map<string, Channel[]>} */
  const bridges = new Map();
  for (const channel of channels) {
    if (channel.bridge_id !== null) {
      bridges.set(channel.bridge_id, [...(bridges.get(channel.bridge_id) ?? []), channel]);
    }
  }
  return bridges;
}

/** @param {string | null} moment */
function timeOf(moment) {
  return moment ? Date.parse(moment) : null;
}

/** @param {Channel} channel */
function extensionOf({ exten, context }) {
  return exten ? `${exten}@${context ?? ""}` : "";
}
