/**
 * Protected paths by default: files that steer agents, gates and other people's programs. Their change waits for a
 * person.
 */

const anywhere = (names: string[]) => names.map((name) => `**/${name}`)

/** Files that agents' programs read from their working folder, whichever that is, and from those above it. */
const AGENTS = anywhere([
  'CLAUDE.md',
  'CLAUDE.local.md',
  '.claude/**',
  '.claude.json',
  '.mcp.json',
  'AGENTS.md',
  'AGENTS.override.md',
  'AGENT.md',
  '.agents/**',
  '.codex/**',
  'GEMINI.md',
  '.gemini/**',
  'QWEN.md',
  '.qwen/**',
  'opencode.json',
  'opencode.jsonc',
  '.opencode/**',
  '.cursor/**',
  '.cursorrules',
  '.copilot/**',
  '.windsurf/**',
  '.windsurfrules',
  '.clinerules',
  '.roo/**',
  '.roorules*',
  '.roomodes',
  '.kilocode*/**',
  '.kiro/**',
  '.amazonq/**',
  '.junie/**',
  '.augment*/**',
  '.continue/**',
  '.continuerc.json',
  '.goosehints',
  '.aider*',
  'CRUSH.md',
  'crush.json',
  '.crush*',
  'WARP.md',
])

/** Files from which editors run tasks when a folder is opened. */
const EDITORS = anywhere(['.vscode/**', '.idea/**', '.zed/**', '.devcontainer/**', '.devcontainer.json'])

const HOOKS = anywhere([
  '.husky/**',
  '.githooks/**',
  'lefthook.*',
  '.lefthook.*',
  'lefthook-local.*',
  '.lefthook-local.*',
  '.lefthook/**',
  '.lefthook-local/**',
  '.pre-commit-config.*',
  '.overcommit.yml',
  '.simple-git-hooks.*',
  'simple-git-hooks.*',
])

const GIT = anywhere(['.gitattributes', '.gitmodules', '.lfsconfig'])

/** Files that a shell or a package manager executes as soon as it is in the folder; not what it installs there. */
const TOOLS = anywhere([
  '.envrc',
  'mise.toml',
  'mise.*.toml',
  '.mise.toml',
  '.mise.*.toml',
  '.mise/**',
  'mise/config.toml',
  '.config/mise*/**',
  '.tool-versions',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pnpmfile.*',
])

const CI = anywhere([
  '.github/**',
  '.gitlab-ci*.yml',
  '.gitlab/**',
  '.gitea/**',
  '.forgejo/**',
  '.circleci/**',
  'Jenkinsfile*',
  'azure-pipelines*',
  '.azure-pipelines/**',
  '.azuredevops/**',
  'bitbucket-pipelines.yml',
  '.drone.*',
  '.woodpecker*',
  '.buildkite/**',
  '.travis.yml',
  'appveyor.yml',
  '.appveyor.yml',
  '.cirrus.*',
  '.semaphore/**',
  '.teamcity/**',
  '.tekton/**',
  '.zuul.*',
  '.build.yml',
  '.builds/**',
  'cloudbuild.y*ml',
  'buildspec.y*ml',
  'codefresh.yml',
  'wercker.yml',
])

/** Default of `protected_paths`. Manifests and lockfiles are not among them: a new dependency lands by itself. */
export const PROTECTED_PATHS = [
  'verify.sh',
  '.swarm/**',
  ...AGENTS,
  ...EDITORS,
  ...HOOKS,
  ...GIT,
  ...TOOLS,
  ...CI,
]
