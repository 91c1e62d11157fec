import { REGISTRIES_WORD } from '../../settings/names.ts'

/** Registries of the stacks, by the file that says that a project uses one. */
const REGISTRIES: [file: string, hosts: string[]][] = [
  ['package.json', ['registry.npmjs.org']],
  ['yarn.lock', ['registry.yarnpkg.com']],
  ['requirements.txt', ['pypi.org', 'files.pythonhosted.org']],
  ['pyproject.toml', ['pypi.org', 'files.pythonhosted.org']],
  ['setup.py', ['pypi.org', 'files.pythonhosted.org']],
  ['Cargo.toml', ['index.crates.io', 'static.crates.io']],
  ['go.mod', ['proxy.golang.org', 'sum.golang.org']],
  ['Gemfile', ['rubygems.org', 'index.rubygems.org']],
  ['composer.json', ['repo.packagist.org']],
  ['mix.exs', ['repo.hex.pm', 'builds.hex.pm']],
  ['pom.xml', ['repo.maven.apache.org']],
  ['build.gradle', ['repo.maven.apache.org', 'plugins.gradle.org', 'services.gradle.org']],
  ['build.gradle.kts', ['repo.maven.apache.org', 'plugins.gradle.org', 'services.gradle.org']],
]

export const REGISTRY_FILES = REGISTRIES.map(([file]) => file)

/** The exact hosts that may be reached: `allowed` with its word replaced. `files`: those that the project has. */
export function allowedHosts(allowed: string[], files: string[]): string[] {
  const registries = REGISTRIES.filter(([file]) => files.includes(file)).flatMap(([, hosts]) => hosts)
  return [
    ...new Set(allowed.flatMap((each) => (each === REGISTRIES_WORD ? registries : [each.toLowerCase()]))),
  ]
}

const OF_REGISTRIES = new Set(REGISTRIES.flatMap(([, hosts]) => hosts))

/** True for a host of a registry; packages come by TLS only. */
export const isRegistry = (host: string): boolean => OF_REGISTRIES.has(host)
