/** Variables of channels. */

import { t } from "../words.js";
import { itself, ofChannels } from "./channel_target.js";

/**
 * @typedef {import("../components/action_spec.js").ActionSpec} ActionSpec
 * @typedef {import("./channel_target.js").ChannelTarget} ChannelTarget
 */

/** Set a variable of a channel; `variable` and `value` of the target are what stands in the form at first. */
export const setVariable = Object.freeze(/** @type {ActionSpec} */ ({
  ...ofChannels,
  id: "setvar",
  label: () => t("Set a variable …"),
  icon: "variable",
  permission: "channels.variables",
  key: "v",
  needs: ["Setvar"],
  fields: (target) => [
    {
      name: "variable",
      label: t("Variable or function"),
      kind: "text",
      required: true,
      value: target.variable ?? "",
      placeholder: "CUSTOMER",
      help: t("A name, or a function that changes the channel, such as CALLERID(name)."),
    },
    {
      name: "value",
      label: t("Value"),
      kind: "text",
      value: target.value ?? "",
      exact: true,
      mayBeEmpty: true,
      help: t("An empty value takes the variable away."),
    },
  ],
  path: "setvar/",
  body: (target, { variable, value }) => ({ ...itself(target), variable: variable.trim(), value: value ?? "" }),
  done: (target, _result, { variable }) => t("Set %(variable)s of %(name)s", { variable: variable.trim(), name: target.name }),
}));
