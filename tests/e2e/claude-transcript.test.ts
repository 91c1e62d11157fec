/** What people read of the lines that the real Claude Code prints, with a scripted model behind it. */
import { expect, it, onTestFinished } from 'vitest'
import { wordsOf } from '../../src/ticket/transcript-words.ts'
import type { Call, Scenario } from '../model/scenario.ts'
import { modelServer } from '../model/server.ts'
import { begin } from './claude-project.ts'

const call = (name: string, input: Record<string, unknown>): Call => ({ name, input })

const SCENARIOS: Record<string, Scenario> = {
  part: { prompts: [{ turns: [{ say: 'I look.', read: 'README.md' }, { text: 'It is a project.' }] }] },
  all: {
    prompts: [
      {
        turns: [
          { fault: { kind: 'broken' }, times: 1, say: 'I begin.', bash: 'echo seen; exit 3' },
          {
            calls: [
              call('Read', { file_path: 'missing.txt' }),
              call('Edit', { file_path: 'README.md', old_string: 'not there', new_string: 'x' }),
              call('Glob', { pattern: '*.md' }),
              call('Nothing', { of: 'the kind' }),
            ],
          },
          {
            call: call('Agent', {
              description: 'A part',
              prompt: '[[scenario:part]] Look.',
              subagent_type: 'general-purpose',
              run_in_background: false,
            }),
          },
          { call: call('WebSearch', { query: 'the news' }) },
          {
            fault: { kind: 'status', status: 529 },
            times: 1,
            call: call('TodoWrite', {
              todos: [{ content: 'Write', status: 'pending', activeForm: 'Writing' }],
            }),
          },
          {
            call: call('Bash', {
              command: 'echo $$; exec tail -f /dev/null',
              description: 'It runs on',
              run_in_background: true,
            }),
          },
          { write: { file: 'fine.txt', text: 'fine\n' } },
          { text: 'All done.' },
        ],
      },
    ],
  },
}

/** What a person reads, in the order of the scenario. */
const MET = [
  /^problem: The model could not be reached, and the request was retried: unknown\.$/,
  /^failed: Exit code 3\nseen$/,
  /^failed: Error: No such tool available: Nothing$/,
  /^failed: File does not exist\./,
  /^failed: String to replace not found/,
  /^call: Agent A part$/,
  /^note: \[\[scenario:part\]\] Look\.$/,
  /^call: Read README\.md$/,
  /^warning: The gateway refused POST .* search the web/,
  /^failed: API Error: 400 The request asks the model's provider to search the web/,
  /^problem: The model is overloaded or down \(529\)/,
  /^output: Command running in background/,
  /^said: All done\.$/,
  /^ended: The agent ended its turn\.$/,
]

it('is sentences alone, in `swarm logs` and through the API, whatever a run meets', async () => {
  const model = await modelServer(SCENARIOS)
  onTestFinished(() => model.close())
  const project = await begin(model, 'process')
  await project.swarm(
    'config',
    'set',
    'allowed_tools',
    'Bash,Read,Write,Edit,Glob,Grep,Agent,WebSearch,TodoWrite',
  )
  await project.swarm(
    'start',
    ...['--agents', '1', '--harness', 'claude', '--sandbox', 'process', '--port', '0'],
  )
  await project.ticket('create', 'Meet all', '--description', '[[scenario:all]]')
  await project.swarm('wait', '--timeout', '240')
  expect(await project.shown()).toMatchObject({ resolution: 'landed', attempts: 1 })

  const events = (await project.transcript()).map(({ event }) => event)
  expect(events.filter((event) => event.type === 'other' && event.says === undefined)).toEqual([])
  const words = events
    .flatMap((event) => wordsOf(event, String) ?? [])
    .map(({ tone, text }) => `${tone}: ${text}`)
  for (const each of MET) expect(words).toContainEqual(expect.stringMatching(each))
  const log = (await project.swarm('logs', 'agent-1', '-n', '1000')).split('\n')
  expect(log.filter((line) => /^\S+ \W*[{[]"|"type":|Unknown event|cannot be shown/.test(line))).toEqual([])
  for (const { text } of events.flatMap((event) => (event.type === 'text' ? [event] : [])))
    expect(log.join('\n')).toContain(text)
})
