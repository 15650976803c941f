import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { readPluralRule } from "../../static/js/plural_rule.js";
import { speak, t, tn } from "../../static/js/words.js";

const ENGLISH = { plural: "n != 1", words: {} };

const formsOf = (rule, numbers) => numbers.map(readPluralRule(rule)).join("");

afterEach(() => speak(ENGLISH));

test("the rules of languages with one to six forms choose as gettext does", () => {
  assert.equal(formsOf("0", [0, 1, 2, 5]), "0000");
  assert.equal(formsOf("(n != 1)", [0, 1, 2, 5]), "1011");
  assert.equal(formsOf("n > 1", [0, 1, 2]), "001");
  const polish = "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)";
  assert.equal(formsOf(polish, [1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 112, 122]), "011222221221");
  const arabic = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5)";
  assert.equal(formsOf(arabic, [0, 1, 2, 3, 10, 11, 99, 100, 102, 103]), "0123344553");
});

test("operators bind as in C", () => {
  assert.equal(formsOf("1 || 0 && 0", [0]), "1");
  assert.equal(formsOf("1 + 2 * 3 == 7", [0]), "1");
  assert.equal(formsOf("!n == 1", [0, 1]), "10");
  assert.equal(formsOf("7 / 2 - 1 - 1", [0]), "1");
  assert.equal(formsOf("n ? n ? 1 : 2 : 3", [0, 1]), "31");
});

test("what is no rule is refused", () => {
  for (const rule of ["", "n ==", "n ? 1", "(n", "n n", "alert(1)", "n = 1", "m != 1"]) {
    assert.throws(() => readPluralRule(rule), SyntaxError, rule);
  }
});

test("words are translated, with their values, and each number has its form", () => {
  speak({
    plural: "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)",
    words: { "Hang up %(name)s?": "Rozłączyć %(name)s?", "%(count)s call": ["%(count)s rozmowa", "%(count)s rozmowy", "%(count)s rozmów"] },
  });
  assert.equal(t("Hang up %(name)s?", { name: "Anna" }), "Rozłączyć Anna?");
  const calls = [1, 3, 5].map((count) => tn("%(count)s call", "%(count)s calls", count));
  assert.deepEqual(calls, ["1 rozmowa", "3 rozmowy", "5 rozmów"]);
});

test("what is not translated is told in English, even under the name of an object's own method", () => {
  speak({ plural: "n != 1", words: { "%(count)s call": ["one", ""].slice(0, 1) } });
  assert.equal(t("Pause"), "Pause");
  assert.equal(t("toString"), "toString");
  assert.equal(t("%(count)s call", { count: 2 }), "2 call");
  assert.equal(tn("%(count)s call", "%(count)s calls", 2), "2 calls");
  assert.equal(tn("constructor", "constructors", 2), "constructors");
});
