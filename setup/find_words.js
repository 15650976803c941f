/** Finds the words for people in scripts: prints a JSON array of `[file, line, function, [first, second]]`. */

import { readFileSync } from "node:fs";

import { parse } from "acorn";

const FUNCTIONS = { t: 1, tn: 2 };

function* nodesOf(value) {
  if (Array.isArray(value)) {
    for (const each of value) {
      yield* nodesOf(each);
    }
  } else if (value !== null && typeof value === "object") {
    if (typeof value.type === "string") {
      yield value;
    }
    for (const each of Object.values(value)) {
      yield* nodesOf(each);
    }
  }
}

function* wordsOf(file) {
  const tree = parse(readFileSync(file, "utf-8"), { ecmaVersion: "latest", sourceType: "module", locations: true });
  for (const node of nodesOf(tree)) {
    const count = node.type === "CallExpression" && node.callee.type === "Identifier" ? FUNCTIONS[node.callee.name] : 0;
    if (count) {
      const words = node.arguments.slice(0, count).map((argument) => argument.value);
      if (words.length < count || words.some((word) => typeof word !== "string")) {
        throw new Error(`${file}:${node.loc.start.line}: the words of ${node.callee.name}() are not constant texts`);
      }
      yield [file, node.loc.start.line, node.callee.name, words];
    }
  }
}

const files = process.argv.slice(2);
process.stdout.write(JSON.stringify(files.flatMap((file) => [...wordsOf(file)])));
