import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, isPlain, pathOf, shown, unquoted } from '../../src/ports/path-bytes.ts'
import { isOwn, oddness, pathMatcher } from '../../src/ports/paths.ts'
import { PROTECTED_PATHS } from '../../src/settings/protected-paths.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')
/** As git's C quoting has it, without the marks: bytes in octal. */
const named = (text: string) => pathOf(latin1(text))

describe('a path as text', () => {
  it('comes back to git byte by byte, whatever the bytes are', () => {
    const anyByte = fc.uint8Array({ maxLength: 40 })
    // Bytes that begin, continue or break what UTF-8 is made of.
    const nearUtf8 = fc.array(
      fc.constantFrom(0x61, 0x80, 0xa0, 0xb2, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xff),
    )
    fc.assert(
      fc.property(fc.oneof(anyByte, nearUtf8), (bytes) => {
        expect(bytesOf(pathOf(Buffer.from(bytes))).equals(Buffer.from(bytes))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('is the usual text when it is UTF-8, a replacement character included', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(pathOf(Buffer.from(text))).toBe(text)
      }),
    ))

  it('tells a name with a replacement character from one with a broken byte', () => {
    expect(named('caf\xef\xbf\xbd')).toBe('caf\ufffd')
    expect(named('caf\xe9')).not.toBe('caf\ufffd')
    expect(named('caf\xe9')).not.toBe(named('caf\xe8'))
  })

  it.each([
    ['früh/日本語.txt', 'früh/日本語.txt'],
    ['a "b" \\c', 'a "b" \\c'],
    [named('caf\xe9.txt'), '"caf\\351.txt"'],
    [named('ü\xff'), '"\\374\\377"'],
    [`日本/${named('\xff')}`, '"日本/\\377"'],
    ['new\nline\t"x"\\', '"new\\nline\\t\\"x\\"\\\\"'],
    ['\x1b[31mred', '"\\033[31mred"'],
    ['verify.sh\u200f', '"verify.sh\\342\\200\\217"'],
    ['verify\u200b.sh', '"verify\\342\\200\\213.sh"'],
    ['two\u2028lines', '"two\\342\\200\\250lines"'],
    ['family \u{1f468}\u200d\u{1f469}', 'family \u{1f468}\u200d\u{1f469}'],
    ['left\u202etxt.exe', '"left\\342\\200\\256txt.exe"'],
  ])('is shown to people on one line: %#', (path, text) => {
    expect(shown(path)).toBe(text)
    expect(isPlain(path)).toBe(path === text)
  })

  it.each([
    ['plain name.txt', 'plain name.txt'],
    ['"caf\\351.txt"', named('caf\xe9.txt')],
    ['"\\303\\274 \\"b\\" \\\\ \\t\\n"', 'ü "b" \\ \t\n'],
    ['"ü\\377"', `ü${named('\xff')}`],
  ])('is read from what git quotes: %s', (line, path) => expect(unquoted(line)).toBe(path))
})

describe('names that a disk takes for the same', () => {
  const cases: [pattern: string, path: string, same: boolean][] = [
    // CaseFolding.txt: common, full and the ones that neither lower nor upper case finds alone.
    ['.husky', '.hu\u017fky', true],
    ['.husky', '.hus\u212ay', true],
    ['.tickets', '.t\u0131ckets', true],
    ['.tickets', '.T\u0130CKETS', true],
    ['office', 'o\ufb03ce', true],
    ['straße', 'STRASSE', true],
    ['straße', 'STRA\u1e9eE', true],
    ['Σας', 'ΣΑΣ', true],
    ['*Σ/x', 'ας/x', true],
    ['µ', 'Μ', true],
    ['\u1fb3', '\u0391\u0399', true],
    ['caf\u00e9', 'CAFE\u0301', true],
    ['\u212b', 'å', true],
    // What HFS+ ignores: the list of git's own next_hfs_char().
    ...[0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202e, 0x206a, 0x206f, 0xfeff].map(
      (code): [string, string, boolean] => ['.claude', `.cl${String.fromCodePoint(code)}aude`, true],
    ),
    // And file systems that fold as ext4 does: all that is ignorable by default.
    ['.claude', '.claude\u00ad', true],
    ['.claude', '.cl\u2060aude', true],
    ['.claude', '.claude\ufe0f', true],
    ['.claude', '.claud\u0117', false],
    ['.claude', 'claude', false],
    // What NTFS drops at the end of a name, reads as a stream of the file, or takes for a folder.
    ['.claude/**', '.claude./settings.json', true],
    ['.claude/**', '.claude /settings.json', true],
    ['.claude/**', '.claude\\settings.json', true],
    ['CLAUDE.md', 'CLAUDE.md::$DATA', true],
    ['CLAUDE.md', 'CLAUDE.md. .', true],
    ['CLAUDE.md', 'CLAUDE.md.txt', false],
    // The short names that it gives.
    ['.claude/**', 'CLAUDE~1/settings.json', true],
    ['.claude/**', 'claude~2/settings.json', true],
    ['**/.mcp.json', 'a/MCP~1.JSO', true],
    ['**/CLAUDE.local.md', 'CLAUDE~1.MD', true],
    ['**/.gitattributes', 'GITATT~1', true],
    ['**/.aider*', 'AIDERC~1.YML', true],
    ['**/opencode.jsonc', 'opencode~1.jso', false],
    ['**/opencode.jsonc', 'openco~1.jso', true],
    ['.claude/**', 'CLAUDE~x/settings.json', false],
    ['.claude/**', 'CLAUDE/settings.json', false],
  ]
  it.each(cases)('%j and %j: %j', (pattern, path, same) => expect(pathMatcher([pattern])(path)).toBe(same))

  it.each([
    ['.swarm/config.json', true],
    ['.SWARM', true],
    ['.\u017fwarm/config.json', true],
    ['.swarm\u200d/x', true],
    ['.swarm./x', true],
    ['.swarm ', true],
    ['\uff0eswarm/x', true],
    ['SWARM~1/config.json', true],
    ['.swarm\\config.json', true],
    ['sub/.swarm/x', false],
    ['.swarms', false],
    [named('.swarm\xff'), false],
  ])("%j is the swarm's own: %j", (path, own) => expect(isOwn(path)).toBe(own))
})

describe('names that not every disk can hold', () => {
  it.each([
    ['CON', 'Windows keeps this name for itself'],
    ['aux.txt', 'Windows keeps this name for itself'],
    ['Nul .tar.gz', 'Windows keeps this name for itself'],
    ['COM1', 'Windows keeps this name for itself'],
    ['lpt\u00b9.log', 'Windows keeps this name for itself'],
    ['a.', 'Windows drops the dot or space at its end'],
    ['a.txt ', 'Windows drops the dot or space at its end'],
    ['a:b', 'Windows takes no name with :'],
    ['a\\b', 'Windows takes no name with \\'],
    ['what?', 'Windows takes no name with ?'],
    ['PROGRA~1', 'Windows may know another file by it'],
    ['CLAUDE~1.MD', 'Windows may know another file by it'],
    ['ENV~1', 'Windows may know another file by it'],
    ...[
      ...['console', 'auxiliary.ts', 'com', 'com10', 'nul-device.md', 'context.ts', 'a~b', '.a', 'a b', 'ü'],
      ...[
        'backup~',
        'file~1~2',
        'longer-than-eight~1',
        'a.b~1',
        '日本語.txt',
        '[id].tsx',
        '(group)',
        '@scope',
        '$x',
      ],
    ].map((name): [string, null] => [name, null]),
  ])('%j: %j', (name, why) => expect(oddness(name)).toBe(why))
})

describe('the protected paths of a project that sets none', () => {
  const isProtected = pathMatcher(PROTECTED_PATHS)

  it.each([
    ...[
      'CLAUDE.md',
      'AGENTS.md',
      '.mcp.json',
      '.claude/settings.json',
      '.codex/config.toml',
      '.gemini/settings.json',
    ],
    ...[
      'GEMINI.md',
      '.cursor/rules/a.mdc',
      '.cursorrules',
      'opencode.json',
      'opencode.jsonc',
      '.opencode/agent/a.md',
    ],
    ...[
      '.github/copilot-instructions.md',
      'QWEN.md',
      '.husky/pre-commit',
      'lefthook.yml',
      '.pre-commit-config.yaml',
    ],
    ...['mise.toml', '.mise.toml', '.envrc', '.tool-versions', '.npmrc', '.gitattributes', '.lfsconfig'],
    ...[
      '.gitlab-ci.yml',
      '.gitea/workflows/a.yml',
      '.forgejo/workflows/a.yml',
      '.circleci/config.yml',
      'Jenkinsfile',
    ],
    ...[
      'azure-pipelines.yml',
      'bitbucket-pipelines.yml',
      '.drone.yml',
      '.woodpecker.yml',
      '.woodpecker/a.yml',
    ],
    ...['.buildkite/pipeline.yml', '.travis.yml', '.vscode/tasks.json', '.devcontainer/devcontainer.json'],
  ])('hold %s in any folder, and whatever stands in its place', (path) => {
    for (const each of [path, `packages/a/${path}`, `a/${path.toUpperCase()}`, path.split('/')[0]!])
      expect([each, isProtected(each)]).toEqual([each, true])
  })

  it.each([
    ...[
      'package.json',
      'package-lock.json',
      'pnpm-lock.yaml',
      'yarn.lock',
      'Cargo.toml',
      'Cargo.lock',
      'go.mod',
    ],
    ...[
      'requirements.txt',
      'pyproject.toml',
      'uv.lock',
      'src/index.ts',
      'docs/agents.md.txt',
      'src/claude/a.ts',
    ],
    ...['README.md', 'Dockerfile', '.gitignore', '.editorconfig', 'docs/mise.md', 'claude.ts', 'xCLAUDE.md'],
  ])('let %s land', (path) => {
    for (const each of [path, `packages/a/${path}`]) expect([each, isProtected(each)]).toEqual([each, false])
  })

  it('are asked of a hundred thousand paths in no time', () => {
    const paths = Array.from(
      { length: 100_000 },
      (_, at) => `packages/p${at % 100}/src/deep/folder/file-${at}.test.ts`,
    )
    const began = performance.now()
    expect(paths.filter(isProtected)).toEqual([])
    expect(performance.now() - began).toBeLessThan(5000)
  })
})
