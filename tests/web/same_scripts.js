/** Reads JSON `[[file, source, sent], …]` and prints the files of which the two are not the same code on the same lines. */

import { readFileSync } from "node:fs";

import { tokenizer } from "acorn";

const OPTIONS = { ecmaVersion: "latest", sourceType: "module", locations: true };

const tokensOf = (source) => [...tokenizer(source, OPTIONS)].map(({ type, value, loc }) => [type.label, String(value), loc.start.line]);

const pairs = JSON.parse(readFileSync(0, "utf-8"));
const differ = pairs.filter(([, source, sent]) => JSON.stringify(tokensOf(source)) !== JSON.stringify(tokensOf(sent)));
process.stdout.write(JSON.stringify(differ.map(([file]) => file)));
