/**
 * Every harness, once: what its adapter is made with, and what it needs of this machine and of a sandbox. A new one is a
 * folder in harnesses/, its name in the settings, and its row here.
 */

import type { Harness } from '../../ports/harness.ts'
import type { Settings } from '../../settings/settings.ts'
import { Refused } from '../../ticket/refused.ts'
import { type Found, findCredential } from '../credentials/find.ts'
import { claudeAt } from '../machine/claude-program.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProgramsInside } from './setup.ts'

type Wiring = About & (Ours | Theirs)

interface About {
  /** Name by which people know it. */
  title: string
  /** Sentence for when there is no credential for its model; null where it needs none. */
  withoutCredential: string | null
}

/** A harness that comes with the swarm. */
interface Ours {
  program: null
  make(settings: () => Settings, programs: ProgramsInside): Promise<Harness>
}

/** A harness that drives a program which somebody installs. */
interface Theirs {
  program: Installed
  /** Makes its adapter. `program`: its path inside the sandbox. */
  make(settings: () => Settings, program: string): Promise<Harness>
}

interface Installed {
  /** Finds the path of the program on this machine. Throws Refused when it is not there. */
  find(environment: Environment): string
  /** Lines of a Dockerfile that bring it into an image, and its name there. */
  image: { lines: string; program: string }
  /** Advice to a person who has not got it. */
  advice: string
}

/** Held, so that an image says which version its receipts and transcripts are of. */
const CLAUDE_CODE = '2.1.332'

export const HARNESSES: Record<Settings['harness'], Wiring> = {
  claude: {
    title: 'Claude Code',
    make: claude,
    withoutCredential:
      "Claude Code needs a key: set ANTHROPIC_API_KEY, or run 'claude setup-token' and keep what it prints: swarm auth set setup-token.",
    program: {
      find: claudeAt,
      image: {
        lines: `RUN npm install --global --no-fund --no-audit @anthropic-ai/claude-code@${CLAUDE_CODE} && claude --version`,
        program: 'claude',
      },
      advice: 'Install it: npm install -g @anthropic-ai/claude-code',
    },
  },
  scripted: { title: 'scripted', make: scripted, withoutCredential: null, program: null },
}

/** Harness and the credential that drives it. */
export interface Driving {
  harness: Harness
  /** Credential for its model; null where it needs none. */
  found: Found | null
}

/** The harness that the settings name, with its credential. Throws Refused when something of it is missing. */
export async function harnessOf(
  settings: () => Settings,
  environment: Environment,
  programs: ProgramsInside,
): Promise<Driving> {
  const wiring = HARNESSES[settings().harness]
  const { withoutCredential } = wiring
  const harness =
    wiring.program === null
      ? await wiring.make(settings, programs)
      : await wiring.make(settings, programs.harness ?? wiring.program.find(environment))
  if (withoutCredential === null) return { harness, found: null }
  const found = await findCredential(environment)
  if (found === null) throw new Refused(withoutCredential)
  return { harness, found }
}

async function scripted(settings: () => Settings, { node, scripted }: ProgramsInside): Promise<Harness> {
  const { scriptedHarness } = await import('../../harnesses/scripted/scripted.ts')
  return scriptedHarness({
    program: scripted,
    node,
    get hangMs() {
      return settings().hangTimeout * 1000
    },
  })
}

async function claude(settings: () => Settings, program: string): Promise<Harness> {
  const { claudeHarness } = await import('../../harnesses/claude/claude.ts')
  return claudeHarness({
    program,
    // How it reaches its model is the gateway's to say, for each attempt.
    env: {},
    get model() {
      return settings().model
    },
    get maxTurns() {
      return settings().maxTurns
    },
    get allowedTools() {
      return settings().allowedTools
    },
    get extraArgs() {
      return settings().harnessArgs
    },
    get hangMs() {
      return settings().hangTimeout * 1000
    },
  })
}
