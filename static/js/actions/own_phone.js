/** The phone of whoever is at this browser: it is called to listen, or to talk to somebody. */

import { agentsPhones, phones } from "../components/suggestions.js";
import { t } from "../words.js";

/** Its name among the preferences. */
export const OWN_PHONE = "own_phone";

/**
 * What was said to be the phone; empty while nobody said it.
 *
 * @param {import("../shell/context.js").Context} context
 * @returns {string}
 */
export function ownPhone(context) {
  return context.preferences.get(OWN_PHONE, "");
}

/**
 * A field that asks for it.
 *
 * @param {import("../shell/context.js").Context} context
 * @param {{name: string, help: string}} asked
 * @returns {import("../components/action_spec.js").FieldSpec}
 */
export function ownPhoneField(context, { name, help }) {
  const [people, devices] = [agentsPhones(context), phones(context)];
  return {
    name,
    label: t("Your phone"),
    kind: "suggest",
    required: true,
    value: ownPhone(context),
    placeholder: "PJSIP/100",
    help,
    suggest: async (text, signal, values) => {
      const found = await Promise.all([people(text, signal, values), devices(text, signal, values)]);
      return [...new Map(found.flat().reverse().map((choice) => [choice.value, choice])).values()].reverse();
    },
  };
}
