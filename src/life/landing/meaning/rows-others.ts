/** Files of all other projects that hold the meaning of a gate's command. */
import { ofMakefile } from './makefile.ts'
import { ofTable } from './manifest.ts'
import { both, ofLines, ofSections } from './parts.ts'
import { row } from './row.ts'

const PHP = /phpunit|pest|composer|artisan/
const GRADLE = /gradle/
const CARGO = /\bcargo\b|\bcross\b/

const RUST: [RegExp, RegExp][] = [
  [/^(workspace\.)?lints/, CARGO],
  [/^profile/, CARGO],
  [/^workspace$|^test$|^patch\b.*\bpath/, CARGO],
]
const NOT_TESTED =
  /^\s*(test|doctest|harness|autotests|autobenches|required-features|default-members|exclude)\s*=/

const DEPENDS =
  /^\w*(implementation|api|compileonly|runtimeonly|kapt|ksp|annotationprocessor|classpath|platform)\s*[( ]\s*[\w."':@${}() -]+$/i
const IN_MIX = /^\{\s*:\w+\s*,\s*"[^"]*"\s*[^()]*\}\s*,?$/
const VERSION = /^(version|group|description)\b/

/** Rows, one for each kind of file. */
export const OTHERS = [
  row(
    'Cargo\\.toml',
    CARGO,
    both(
      ofSections(RUST),
      ofLines('what is tested', (line) => NOT_TESTED.test(line)),
    ),
  ),
  row('\\.cargo/config(\\.toml)?', CARGO),
  row('\\.config/nextest\\.toml', /nextest/),
  row('\\.?clippy\\.toml', /clippy/),
  row('\\.?rustfmt\\.toml', /\bfmt\b|rustfmt/),
  row('go\\.work', /\bgo\s/),
  row(
    'go\\.mod',
    /\bgo\s/,
    ofLines('replaced by a folder', (line) => /=>\s*\.{0,2}\//.test(line)),
  ),
  row('\\.golangci\\.\\w+', /golangci-lint/),
  row('pom\\.xml', /\bmvnw?\b/, ofPom),
  row('\\.mvn/.+', /\bmvnw?\b/),
  row(
    '(build|settings)\\.gradle(\\.kts)?|[\\w.-]+\\.gradle',
    GRADLE,
    ofLines('all but dependencies', (line) => !DEPENDS.test(line) && !VERSION.test(line)),
  ),
  row('gradle\\.properties|gradle-wrapper\\.properties', GRADLE),
  row('detekt[\\w-]*\\.yml|checkstyle[\\w-]*\\.xml', /gradle|mvn|detekt/),
  row('directory\\.build\\.(props|targets)|[\\w.-]+\\.runsettings', /\bdotnet\b/),
  row(
    'mix\\.exs',
    /\bmix\b/,
    ofLines('all but dependencies', (line) => !IN_MIX.test(line) && !VERSION.test(line)),
  ),
  row('\\.credo\\.exs', /credo/),
  row('composer\\.json', PHP, ofTable('scripts')),
  row('phpunit[\\w.-]*\\.xml(\\.dist)?', PHP),
  row('phpstan[\\w.-]*\\.neon(\\.dist)?', /phpstan|composer/),
  row('psalm\\.xml(\\.dist)?', /psalm|composer/),
  row('\\.rspec', /rspec|rake|rails/),
  row('Rakefile', /\brake\b|rails test/),
  row('\\.rubocop[\\w-]*\\.yml', /rubocop|rake/),
  row('makefile|gnumakefile', /\bg?make\b/, ofMakefile),
  row('[\\w.-]+\\.mk', /\bg?make\b/),
  row('\\.?justfile', /\bjust\b/),
  row('taskfile(\\.dist)?\\.ya?ml', /\btask\b/),
  row('\\.pre-commit-config\\.yaml', /pre-commit/),
]

/** Parts of pom.xml; a comment or CDATA may hold text that looks like an element. */
function ofPom(text: string) {
  const bare = text
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, inner: string) => inner.replaceAll('<', '&lt;'))
  const left = bare.replaceAll(/<dependency>[\s\S]*?<\/dependency>/g, '').replaceAll(/\s+/g, ' ')
  return { 'all but dependencies': left }
}
