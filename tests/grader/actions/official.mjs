// What GitHub's own parser says of workflow files, and what its own evaluator makes of expressions.
//
// node official.mjs NODE_MODULES < {"files": [paths], "cases": [{"text": expression, "github": context, "functions": {}}]}
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { pathToFileURL } from "node:url";

// the packages import JSON without saying so, which their bundlers allow and node does not
const hook = `
import { readFileSync } from "node:fs";
export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  return { format: "module", shortCircuit: true, source: "export default " + readFileSync(new URL(url)) };
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const here = `${process.argv[2]}/@actions`;
const load = async (name) => import(pathToFileURL(`${here}/${name}/dist/index.js`));
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await load("workflow-parser");
const { Lexer, Parser, Evaluator, data } = await load("expressions");
const { files, cases } = JSON.parse(readFileSync(0, "utf8"));

async function errors(path) {
  const parsed = parseWorkflow({ name: path, content: readFileSync(path, "utf8") }, new NoOperationTraceWriter());
  const template = await convertWorkflowTemplate(parsed.context, parsed.value);
  return [...parsed.context.errors.getErrors(), ...(template.errors ?? [])].map((error) => error.message ?? error.Message);
}

function value({ text, contexts, functions }) {
  const names = Object.keys(functions).map((name) => ({ name, minArgs: 0, maxArgs: 0 }));
  const { tokens } = new Lexer(text).lex();
  const tree = new Parser(tokens, Object.keys(contexts), names).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver);
  const calls = new Map(
    Object.entries(functions).map(([name, result]) => [name, { name, call: () => new data.BooleanData(result) }]),
  );
  return JSON.parse(JSON.stringify(new Evaluator(tree, known, calls).evaluate(), data.replacer));
}

console.log(JSON.stringify({ errors: await Promise.all(files.map(errors)), values: cases.map(value) }));
