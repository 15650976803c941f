/**
 * The rule of gettext by which a language chooses among its plural forms, such as `n%10==1 && n%100!=11 ? 0 : 1`.
 * It is an expression in C's syntax ("GNU gettext, Plural forms"); the content security policy lets no page
 * evaluate text, so it is read here. Pure.
 */

const TOKENS = /\s*(?:(\d+)|(n)|(\|\||&&|[=!<>]=|[-+*/%<>!?:()]))/y;

/** From the loosest to the tightest; operators of one row bind from the left. */
const OPERATORS = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"]];

/** @type {Record<string, (left: number, right: number) => number>} */
const MEANINGS = {
  "||": (left, right) => Number(left !== 0 || right !== 0),
  "&&": (left, right) => Number(left !== 0 && right !== 0),
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  "<": (left, right) => Number(left < right),
  ">": (left, right) => Number(left > right),
  "<=": (left, right) => Number(left <= right),
  ">=": (left, right) => Number(left >= right),
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => Math.trunc(left / right),
  "%": (left, right) => left % right,
};

/** @typedef {(n: number) => number} PluralRule */

/**
 * Read a rule.
 *
 * @param {string} expression
 * @returns {PluralRule} gives the index of the form for a number of things
 * @throws {SyntaxError} the expression is not one of C over `n`
 */
export function readPluralRule(expression) {
  const tokens = tokensOf(expression);
  const rule = readChoice(tokens);
  if (tokens.length) {
    throw new SyntaxError(`${tokens[0]} is not expected in the plural rule ${expression}`);
  }
  return (n) => rule(Math.abs(Math.trunc(n)));
}

/**
 * @param {string} expression
 * @returns {string[]}
 */
function tokensOf(expression) {
  const tokens = [];
  const text = expression.trimEnd();
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < text.length) {
    const start = TOKENS.lastIndex;
    const found = TOKENS.exec(text);
    if (found === null) {
      throw new SyntaxError(`${text.slice(start)} cannot be read in the plural rule ${expression}`);
    }
    tokens.push(found[0].trim());
  }
  return tokens;
}

/**
 * @param {string[]} tokens those not read yet; what is read is taken away
 * @returns {PluralRule}
 */
function readChoice(tokens) {
  const condition = readOperation(tokens, 0);
  if (tokens[0] !== "?") {
    return condition;
  }
  tokens.shift();
  const then = readChoice(tokens);
  take(tokens, ":");
  const otherwise = readChoice(tokens);
  return (n) => (condition(n) !== 0 ? then(n) : otherwise(n));
}

/**
 * @param {string[]} tokens
 * @param {number} row of OPERATORS
 * @returns {PluralRule}
 */
function readOperation(tokens, row) {
  if (row === OPERATORS.length) {
    return readOperand(tokens);
  }
  let rule = readOperation(tokens, row + 1);
  while (OPERATORS[row].includes(tokens[0])) {
    const left = rule;
    const meaning = MEANINGS[/** @type {string} */ (tokens.shift())];
    const right = readOperation(tokens, row + 1);
    rule = (n) => meaning(left(n), right(n));
  }
  return rule;
}

/**
 * @param {string[]} tokens
 * @returns {PluralRule}
 */
function readOperand(tokens) {
  const token = tokens.shift();
  if (token === "n") {
    return (n) => n;
  }
  if (token === "!") {
    const operand = readOperand(tokens);
    return (n) => Number(operand(n) === 0);
  }
  if (token === "(") {
    const rule = readChoice(tokens);
    take(tokens, ")");
    return rule;
  }
  if (token === undefined || !/^\d+$/.test(token)) {
    throw new SyntaxError(`a plural rule has ${token ?? "its end"} where a number is expected`);
  }
  return () => Number(token);
}

/**
 * @param {string[]} tokens
 * @param {string} expected
 */
function take(tokens, expected) {
  if (tokens.shift() !== expected) {
    throw new SyntaxError(`a plural rule lacks ${expected}`);
  }
}
