// Renders the design system's own templates, so that the tests can compare
// them with our components.
//
// Reads JSON lines from standard input, {"component": "button", "macro":
// "button", "params": {…}}, and answers each with one line, the HTML as JSON.
// A parameter named `html`, or ending in `Html`, is markup as the templates
// have it. Only names under `nhsuk/components` are rendered.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..')
const require = createRequire(path.join(root, 'package.json'))
const nunjucks = require('nunjucks')
const templates = path.join(root, 'node_modules/nhsuk-frontend/dist')
const env = new nunjucks.Environment(new nunjucks.FileSystemLoader(templates), {
  autoescape: true, trimBlocks: true, lstripBlocks: true
})

function render ({ component, macro, params, caller }) {
  const from = `{% from "nhsuk/components/${component}/macro.njk" import ${macro} %}`
  const body = caller === undefined
    ? `{{ ${macro}(params) }}`
    : `{% call ${macro}(params) %}{{ caller | safe }}{% endcall %}`
  return env.renderString(from + body, { params, caller })
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') console.log(JSON.stringify(render(JSON.parse(line))))
}
