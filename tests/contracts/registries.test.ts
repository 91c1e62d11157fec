/** Which hosts the word `registries` stands for, by the files of the project. */
import { expect, it } from 'vitest'
import { allowedHosts, isRegistry, REGISTRY_FILES } from '../../src/gateway/egress/registries.ts'

it.each([
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
])('lets a project with %s reach its registries, by TLS only, and no others', (file, hosts) => {
  expect(allowedHosts(['registries'], [file])).toEqual(hosts)
  expect(REGISTRY_FILES).toContain(file)
  expect(hosts.filter((host) => !isRegistry(host))).toEqual([])
})

it("adds the person's hosts to the registries, each once, and takes the registries away when they are not named", () => {
  expect(allowedHosts(['registries', 'API.example.org', 'pypi.org'], ['go.mod', 'setup.py'])).toEqual([
    ...['pypi.org', 'files.pythonhosted.org', 'proxy.golang.org', 'sum.golang.org', 'api.example.org'],
  ])
  expect(allowedHosts(['registries'], [])).toEqual([])
  expect(allowedHosts(['api.example.org'], ['Cargo.toml'])).toEqual(['api.example.org'])
})

it('has every file that it knows in the table above', () => expect(REGISTRY_FILES).toHaveLength(13))
