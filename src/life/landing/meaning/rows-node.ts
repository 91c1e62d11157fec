/** Files of JavaScript projects that hold the meaning of a gate's command. */
import { ofLock, ofPackage, ofTable } from './manifest.ts'
import { ALWAYS, row } from './row.ts'

/** Rows, one for each kind of file. */
export const NODE = [
  row('package\\.json', ALWAYS, ofPackage),
  row('package-lock\\.json|npm-shrinkwrap\\.json', /\bnpm\b/, ofLock),
  row('pnpm-workspace\\.yaml|\\.pnpmfile\\.c?js', /\bpnpm\b/),
  row('\\.yarnrc(\\.yml)?', /\byarn\b/),
  row('bunfig\\.toml', /\bbun\b/),
  row('jest\\.(config|setup)[\\w.-]*', /jest|react-scripts|craco/),
  row('vite(st)?\\.(config|workspace|setup)[\\w.-]*', /vitest/),
  row('\\.mocharc[\\w.]*|mocha\\.opts', /mocha/),
  row('ava\\.config\\.\\w+', /\bava\b/),
  row('\\.taprc', /\btap\b/),
  row('\\.nycrc[\\w.]*|nyc\\.config\\.\\w+', /\bnyc\b/),
  row('\\.c8rc[\\w.]*', /\bc8\b/),
  row('karma\\.conf[\\w.]*', /karma|\bng\b/),
  row('angular\\.json', /\bng\b/),
  row('playwright[\\w-]*\\.config\\.\\w+', /playwright/),
  row('cypress\\.(config\\.\\w+|json)', /cypress/),
  row('wdio[\\w.]*\\.conf[\\w.]*', /wdio/),
  row('jasmine\\.m?json', /jasmine/),
  row('(turbo|lerna|nx|project)\\.json', /\b(turbo|lerna|nx)\b/),
  row('\\.eslintrc[\\w.]*|\\.eslintignore|eslint\\.config\\.\\w+', /eslint|next lint|react-scripts/),
  row('biome\\.jsonc?', /biome/),
  row('\\.prettierrc[\\w.]*|\\.prettierignore|prettier\\.config\\.\\w+', /prettier/),
  row('\\.stylelintrc[\\w.]*|\\.stylelintignore|stylelint\\.config\\.\\w+', /stylelint/),
  row('\\.oxlintrc\\.json', /oxlint/),
  row('(ts|js)config[\\w.-]*\\.json', /\btsc\b|vue-tsc|tsgo|ts-node|ts-jest|\btsup\b|(ng|next) build/),
  row('deno\\.jsonc?', /\bdeno\b/, ofTable('tasks', ['test', 'lint', 'fmt', 'exclude', 'compilerOptions'])),
]
