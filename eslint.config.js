/** What the console's scripts may not do, beyond what tsc finds. Run by `make lint`. */

import js from "@eslint/js";
import lit from "eslint-plugin-lit";
import globals from "globals";

const MARKUP = "Text of the PBX would become markup: render with lit-html's html``, or set textContent.";
const STYLE = "The content security policy forbids style attributes: use a class, or vars() of dom.js.";

const markup = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "createContextualFragment"];

export default [
  { ignores: ["node_modules/", "static/vendor/", "bench/", "instance/", "tests/demo/", "tests/browser/", ".venv/", ".cache/", "test-results/"] },
  js.configs.recommended,
  {
    plugins: { lit },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
    rules: {
      "array-callback-return": "error",
      "complexity": ["error", 12],
      "consistent-return": "error",
      "curly": "error",
      "eqeqeq": ["error", "always", { null: "ignore" }],
      "max-lines": ["error", { max: 450 }],
      "no-constructor-return": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-param-reassign": "error",
      "no-promise-executor-return": "error",
      "no-return-assign": "error",
      "no-script-url": "error",
      "no-self-compare": "error",
      "no-shadow": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unreachable-loop": "error",
      "no-unused-expressions": "error",
      "no-unused-vars": ["error", { args: "after-used", argsIgnorePattern: "^_" }],
      "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "require-atomic-updates": "off", // its findings are of single-threaded turns that nothing interrupts
    },
  },
  {
    files: ["static/js/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      "lit/attribute-names": "off", // for custom elements, of which there are none
      "lit/attribute-value-entities": "error",
      "lit/binding-positions": "error",
      "lit/no-duplicate-template-bindings": "error",
      "lit/no-invalid-escape-sequences": "error",
      "lit/no-invalid-html": "error",
      "lit/no-legacy-template-syntax": "error",
      "lit/no-useless-template-literals": "error",
      "lit/no-value-attribute": "error",
      "lit/prefer-nothing": "error",
      "no-console": "error",
      "no-restricted-globals": ["error", "event", "name", "status", "confirm", "alert", "prompt"],
      "no-restricted-imports": ["error", { patterns: [{ group: ["**/unsafe-*", "**/style-map*"], message: `${MARKUP} ${STYLE}` }] }],
      "no-restricted-syntax": [
        "error",
        ...markup.map((name) => ({ selector: `MemberExpression[property.name='${name}']`, message: MARKUP })),
        { selector: "CallExpression[callee.object.name='document'][callee.property.name=/^write/]", message: MARKUP },
        { selector: "CallExpression[callee.property.name='setAttribute'][arguments.0.value='style']", message: STYLE },
        { selector: "TaggedTemplateExpression TemplateElement[value.raw=/\\sstyle=/]", message: STYLE },
        { selector: "CallExpression[callee.name=/^(t|tn)$/] > :first-child:not(Literal)", message: "Words are extracted by their text: the first argument is a string literal." },
        { selector: "CallExpression[callee.name='tn'] > :nth-child(2):not(Literal)", message: "Words are extracted by their text: the second argument is a string literal." },
      ],
    },
  },
  {
    files: ["tests/js/**/*.js", "tests/web/*.js", "setup/*.js", "eslint.config.js"],
    languageOptions: { globals: globals.node },
  },
];
