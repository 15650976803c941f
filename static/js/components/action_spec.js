/**
 * What an action is, as data: all buttons, menus and bulk bars of the console are made of these.
 *
 * @typedef {Record<string, any>} Values what was filled in, by the fields' names
 *
 * @typedef {object} Choice
 * @property {string} value
 * @property {string} label
 * @property {string} [hint] what else there is to say of it
 *
 * @typedef {object} FieldSpec
 * @property {string} name as in the request's body, so that a refused field is shown at its place
 * @property {string} label
 * @property {"text" | "number" | "select" | "switch" | "suggest" | "chips" | "several" | "area" | "pairs"} kind
 * @property {any} [value] what stands there at first
 * @property {boolean} [required]
 * @property {string} [help]
 * @property {string} [unit]
 * @property {"small" | "half"} [size] how much of a line it takes
 * @property {string} [placeholder]
 * @property {readonly Choice[]} [options] of select, chips and several
 * @property {string} [own] of chips: the label of a field for a text that is none of the options
 * @property {(text: string, signal: AbortSignal, values: Values) => Promise<readonly Choice[]>} [suggest]
 * @property {(values: Values) => boolean} [when] whether it is asked at all
 * @property {number} [min]
 * @property {number} [max]
 * @property {boolean} [fraction] of number: whether it may have one
 * @property {boolean} [exact] whether blanks at both ends belong to it
 * @property {boolean} [mayBeEmpty] whether an empty text is sent, too
 *
 * @typedef {object} ActionSpec
 * @property {string} id
 * @property {() => string} label
 * @property {string} icon
 * @property {"danger"} [tone]
 * @property {string} [key] the letter that does it in a list
 * @property {string | readonly string[]} permission what the role must have, all of it
 * @property {readonly string[]} [needs] AMI actions
 * @property {(target: any, context: import("../shell/context.js").Context) => string | null} [unless] why it cannot be done to this one
 * @property {(target: any) => string} [name] what people call the target
 * @property {(target: any) => string} [identity] what tells the target from others; told by its own IDs when left out
 * @property {(target: any, context: import("../shell/context.js").Context, options: {bulk: boolean}) => FieldSpec[]} [fields]
 * @property {(values: Values, target: any) => Record<string, string>} [check] what is wrong, by field, before anything is sent
 * @property {(target: any) => {title: string, text?: string, button?: string}} [confirm]
 * @property {(targets: readonly any[]) => {title: string, text?: string, button?: string}} [confirmBulk]
 * @property {string | ((target: any) => string)} [path] below /api/ami/, of one POST
 * @property {(target: any, values: Values) => Record<string, any>} [body]
 * @property {(target: any, values: Values, context: import("../shell/context.js").Context) => Promise<any>} [act] instead of path and body
 * @property {(target: any, values: Values) => readonly any[]} [spread] the targets that the form asked for: it is done to each
 *   of them, with a result for each
 * @property {(target: any, result: any, values: Values) => string} done
 * @property {(target: any, context: import("../shell/context.js").Context) => string | null | undefined} [look] where to look when nobody knows whether it was done
 */
export {};
