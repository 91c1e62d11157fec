/** Bugs to plant on purpose, each with the invariants that must notice it. An edit that no longer applies fails loudly. */

export interface Edit {
  file: string
  /** Must stand there exactly once. */
  find: string
  replace: string
}

export interface Mutant {
  name: string
  /** Numbers of invariants; one of them must be found broken. */
  breaks: number[]
  edits: Edit[]
}

const edit = (file: string, find: string, replace: string): Edit => ({ file: `src/${file}`, find, replace })

const ADVANCE = "    if ((await world.repo.advance(tip.commit, commit)) === 'stale') return\n"
const CANDIDATE =
  '    if (await isWaiting(tx, landing)) await tx.putLanding({ ...landing, candidate: commit })\n'
const FENCE =
  '  await world.store.transact(async (tx) => {\n    if (!(await isWaiting(tx, landing))) return\n'

/** Both places that would find out that a commit is on main already. */
const NOBODY_ASKS_GIT = [
  edit('life/landing/land.ts', 'await landedAs(world, landing, combined)', 'null as string | null'),
  edit('life/landing/reconcile.ts', 'await unknownLandings(world, believe)', '[] as CommitInfo[]'),
]

/** Else it keeps out what comes as far as it, which is found as well, but not on main. */
const NOBODY_LOOKS_AGAIN = edit(
  'life/landing/land.ts',
  '  if (others === null || others.length > 0) return',
  '  if (others === null) return',
)
const BUILT = 'squash(world, member, built, received.tree)'

export const MUTANTS: Mutant[] = [
  {
    name: 'no fence',
    breaks: [9],
    edits: [
      edit(
        'ticket/decide.ts',
        'return liveAttempt(ticket) === command.attempt ? null : lateRefusal(ticket, command.attempt)',
        'return null',
      ),
    ],
  },
  {
    name: 'publish before commit',
    breaks: [4],
    edits: [
      edit('life/landing/land.ts', ADVANCE, ''),
      edit(
        'life/landing/land.ts',
        FENCE,
        `${ADVANCE.replace('return', 'return { kind: "settled" }')}${FENCE}`,
      ),
      ...NOBODY_ASKS_GIT,
    ],
  },
  { name: 'git is not asked after a crash', breaks: [4], edits: NOBODY_ASKS_GIT },
  {
    name: 'landing without the check',
    breaks: [2],
    edits: [
      edit(
        'life/landing/land.ts',
        "if (receipt.verdict === 'green') return move",
        "if (receipt.verdict !== 'could not run') return move",
      ),
      edit(
        'life/attempt/inspect.ts',
        "if (receipt.verdict !== 'red') return { kind: 'fit' }",
        "if (receipt.verdict !== 'green' || receipt) return { kind: 'fit' }",
      ),
    ],
  },
  {
    name: 'could not run counts as green',
    breaks: [2],
    edits: [
      edit(
        'life/landing/verify.ts',
        "if (exit === null || exit === 126 || exit === 127) return 'could not run'",
        "if (exit === null || exit === 126 || exit === 127) return 'green'",
      ),
    ],
  },
  {
    name: 'what a change does to its gate is the machine’s',
    breaks: [8],
    edits: [
      edit(
        'life/landing/gate.ts',
        "const blamed = second.verdict === 'could not run' && second.trouble === null",
        "const blamed = second.verdict !== 'could not run' && second.trouble !== null",
      ),
    ],
  },
  {
    name: 'a gate with bad luck is the change’s',
    breaks: [8],
    edits: [
      edit(
        'life/landing/gate.ts',
        'const second = await runOnce(world, judged, signal)',
        'const second = first',
      ),
      edit(
        'life/landing/gate.ts',
        'const third = await runOnce(world, judged, signal)',
        'const third = second',
      ),
    ],
  },
  {
    name: 'lease not renewed',
    breaks: [13],
    edits: [edit('life/lease.ts', '    await change(tx, id, attempts, { leaseUntil })\n', '')],
  },
  {
    name: 'charge for a usage limit',
    breaks: [8],
    edits: [
      edit('ticket/failures.ts', "'usage limit': row(false,", "'usage limit': row(true,"),
      edit('life/attempt/go-on.ts', '? await waitForLimit(world, thread, end, first.by)', '? end.ok'),
    ],
  },
  {
    name: 'an unanswered model is the ticket’s hang',
    breaks: [8],
    edits: [
      edit(
        'life/attempt/classify.ts',
        "if (end.reason === 'hang' && silence !== null)",
        "if (silence === '')",
      ),
    ],
  },
  {
    name: 'gate from the change',
    breaks: [15],
    edits: [
      edit(
        'life/landing/combine.ts',
        'if (candidate.protected.length + taken.length === 0) return candidate',
        'if (candidate) return candidate',
      ),
      edit(
        'life/landing/land.ts',
        'if (held.paths.length > 0 && !isApproved(ticket))',
        'if (!isApproved(ticket) && !candidate)',
      ),
    ],
  },
  {
    name: 'a gate switched off in its manifest',
    breaks: [15],
    edits: [edit('life/landing/needs-approval.ts', '    ...new Set(meaning.map(nameOf)),\n', '')],
  },
  {
    name: 'receipts by ticket instead of tree',
    breaks: [2],
    edits: [
      edit(
        'life/landing/gate.ts',
        'const known = await world.store.receipt(request.tree, fingerprint)',
        'const known = (await world.store.receipts({ ticket: request.ticket?.id ?? 0, limit: 1 }))[0] ?? null',
      ),
      edit('life/landing/land.ts', 'if (made?.tree !== receipt.tree) throw', 'if (!made) throw'),
    ],
  },
  {
    name: 'land what was taken back',
    breaks: [4, 9, 11],
    edits: [edit('life/landing/land.ts', '    if (!(await isWaiting(tx, landing))) return\n', '')],
  },
  {
    name: 'forget the candidate',
    breaks: [4],
    edits: [
      edit('life/landing/land.ts', CANDIDATE, ''),
      edit(
        'life/landing/land.ts',
        "if (candidate === null && combined.kind !== 'nothing')",
        'if (candidate === null)',
      ),
    ],
  },
  {
    name: 'two places in the merge queue',
    breaks: [1],
    edits: [
      edit(
        'life/follow.ts',
        "if (landing?.status !== 'queued') return",
        'if (landing?.endedAt !== 0) return',
      ),
    ],
  },
  {
    name: 'rescue while alive',
    breaks: [13],
    edits: [
      edit('life/tick.ts', '!isOurs(fleet, attempt) && hasRunOut', 'hasRunOut'),
      edit('life/lease.ts', 'now - seen.since >= LEASE_MS', 'now - seen.since >= 10_000'),
    ],
  },
  {
    name: 'main is moved without comparing',
    breaks: [12],
    edits: [
      edit(
        'life/landing/land.ts',
        'world.repo.advance(tip.commit, commit)',
        'world.repo.advance((await world.repo.tip()).commit, commit)',
      ),
    ],
  },
  {
    name: 'events outside of the transaction',
    breaks: [1, 5],
    edits: [
      edit(
        'stores/sqlite/writes.ts',
        '  return events.map((event) => {\n',
        '  for (const late of HELD.splice(0)) append(queries, late)\n  HELD.push(...events.slice(1).map((event) => ({ at, ticket: ticket.id, by, event })))\n  return events.slice(0, 1).map((event) => {\n',
      ),
      edit(
        'stores/sqlite/writes.ts',
        'interface Happening {',
        "const HELD: Omit<LogEntry, 'seq'>[] = []\n\ninterface Happening {",
      ),
    ],
  },
  {
    name: 'priority ignored',
    breaks: [10],
    edits: [
      edit(
        'stores/sqlite/reads.sql',
        'ORDER BY priority DESC, front DESC, charged, id\nLIMIT 1\n',
        'ORDER BY id\nLIMIT 1\n',
      ),
    ],
  },
  {
    name: 'nothing done counts as done',
    breaks: [11],
    edits: [
      edit(
        'life/attempt/question.ts',
        'const { declared } = (await world.store.attempt(ticket.id, member.attempt)) ?? {}',
        "const declared = { resolution: 'no-change', reason: 'It ended well.' } as const",
      ),
    ],
  },
  {
    name: 'work without a ref',
    breaks: [14],
    edits: [
      edit(
        'life/collecting/collect.ts',
        '  await world.repo.keep(workRef(member.ticket.id, member.attempt), work)\n',
        '',
      ),
    ],
  },
  {
    name: 'work of a waiting ticket is removed too',
    breaks: [14],
    edits: [
      edit('ticket/over.ts', "ticket.stage.status === 'done' && (", '('),
      edit(
        'stores/sqlite/reads.sql',
        "AND tickets.status = 'done' AND (tickets.updated_at",
        'AND (tickets.updated_at',
      ),
    ],
  },
  {
    name: 'work that has just ended is removed',
    breaks: [14],
    edits: [edit('life/attempt/tidy.ts', 'clock.now() - keep, signal', 'clock.now(), signal')],
  },
  {
    name: 'nothing is kept before the end',
    breaks: [16],
    edits: [edit('life/attempt/save.ts', 'if (saveInterval === 0) return', 'if (saveInterval > 0) return')],
  },
  {
    name: 'the next attempt begins anew',
    breaks: [16],
    edits: [
      edit(
        'life/attempt/prepare.ts',
        'await savedWork(world, brief)',
        'await savedWork(world, { ...brief, earlier: [] })',
      ),
    ],
  },
  {
    name: 'a comment is swallowed',
    breaks: [3],
    edits: [
      edit(
        'ticket/decide.ts',
        'comment: (_, { author, body }, by) => {',
        'comment: (at, { author, body }, by) => {',
      ),
      edit(
        'ticket/decide.ts',
        "    return [{ type: 'commented', author: by.kind === 'agent' ? by.name : author, body }]",
        "    return at.stage.status === 'open' ? [{ type: 'commented', author, body }] : []",
      ),
    ],
  },
  {
    name: 'a change is not written',
    breaks: [5],
    edits: [
      edit(
        'stores/sqlite/writes.sql',
        'priority = :priority, parent',
        'priority = priority + 0 * :priority, parent',
      ),
    ],
  },
  {
    name: 'nobody rescues the dead',
    breaks: [6],
    edits: [
      edit('life/run.ts', 'await rescue(world, live, () => true)', 'await rescue(world, live, () => false)'),
      edit('life/lease.ts', 'now - seen.since >= LEASE_MS', 'false'),
    ],
  },
  {
    name: 'a pause never ends',
    breaks: [6],
    edits: [
      edit(
        'life/limits/may-claim.ts',
        'if (now >= until) return true',
        'if (clock.monotonic() < 0) return true',
      ),
      edit(
        'life/limits/may-claim.ts',
        'return clock.monotonic() >=',
        'return clock.monotonic() < 0 && clock.monotonic() >=',
      ),
    ],
  },
  {
    name: 'backed off for ever',
    breaks: [6, 7],
    edits: [
      edit(
        'stores/sqlite/writes.sql',
        'SET asleep = 0 WHERE asleep = 1 AND not_before <= :now',
        'SET asleep = 1 WHERE asleep = 1 AND not_before <= :now',
      ),
    ],
  },
  {
    name: 'crashes are not counted',
    breaks: [22],
    edits: [edit('life/run.ts', '  await countCrash(world, died)\n', '')],
  },
  {
    name: 'what cannot be judged is tried for ever',
    breaks: [6],
    edits: [edit('life/landing/merge-queue.ts', 'aside.tries >= TRIES ? aside : null', 'null')],
  },
  {
    name: 'only one agent works',
    breaks: [7],
    edits: [
      edit(
        'life/agents/staff.ts',
        'if (fleet.working.has(agent)) continue',
        'if (fleet.working.size > 0) continue',
      ),
    ],
  },
  {
    name: 'the tree of HEAD on the base',
    breaks: [17, 18],
    edits: [
      edit('life/collecting/collect.ts', BUILT, 'squash(world, member, [base], received.tree)'),
      NOBODY_LOOKS_AGAIN,
    ],
  },
  {
    name: 'only the last check keeps it out',
    breaks: [17],
    edits: [edit('life/collecting/collect.ts', BUILT, 'squash(world, member, [base], received.tree)')],
  },
  {
    name: 'a merge called off counts as done',
    breaks: [17, 18],
    edits: [
      edit(
        'life/collecting/collect.ts',
        BUILT,
        'squash(world, member, [...new Set([built[0] ?? base, base])], received.tree)',
      ),
      NOBODY_LOOKS_AGAIN,
    ],
  },
  {
    name: 'a merge that keeps one side has brought in the other',
    breaks: [17, 18],
    edits: [
      edit(
        'life/landing/built-on.ts',
        'if (others.length > 0) return broughtIn(repo, each, own)',
        'if (others.length > 0) return each.parents',
      ),
    ],
  },
  {
    name: 'a soft reset to a newer main counts as its own change',
    breaks: [17, 18],
    edits: [
      edit(
        'life/landing/built-on.ts',
        'base === null || own.has(first)',
        'base !== undefined || own.has(first)',
      ),
    ],
  },
  {
    name: 'what a merge leaves out in a file of both is not seen',
    breaks: [17],
    edits: [
      edit(
        'life/landing/brought-in.ts',
        'const lost = await repo.changes(merge.tree, tree)',
        "const lost = (await repo.changes(merge.tree, tree)).filter(({ kind }) => kind !== 'changed')",
      ),
    ],
  },
  {
    name: 'HEAD is believed, and only the last check looks what it has',
    breaks: [17],
    edits: [
      edit(
        'life/collecting/collect.ts',
        'await builtOn(world.repo, received, base)',
        'await world.repo.bases(received.commit)',
      ),
    ],
  },
  {
    name: 'what is kept goes on the base',
    breaks: [17, 18],
    edits: [
      edit(
        'life/collecting/pack.ts',
        'head=$(commits "$tree" work $(plain rev-parse -q --verify HEAD) $(cat "$dir/MERGE_HEAD" 2> /dev/null | there))',
        'head=$(commits "$tree" work "$base")',
      ),
    ],
  },
  {
    name: 'saved work is put on the newest main',
    breaks: [17, 18],
    edits: [
      edit(
        'life/attempt/prepare.ts',
        '  const { attempt, work } = earlier\n',
        `  const { attempt } = earlier
  const { tree } = (await world.repo.find(earlier.work))!
  const draft = { tree, parents: [base.commit], message: '', author: 'agent <agent@swarm>', at: 0 }
  const work = await world.repo.commit(draft)\n`,
      ),
    ],
  },
  {
    name: 'the tree of the work lands',
    breaks: [12, 17, 18],
    edits: [
      edit(
        'life/landing/combine.ts',
        'const tree = made.parents[0] === tip.commit ? made.tree : await merged(world, tip, made)',
        'const merge = await merged(world, tip, made)\n  const tree = typeof merge === "string" ? made.tree : merge',
      ),
      NOBODY_LOOKS_AGAIN,
    ],
  },
  {
    name: 'an older commit counts as a change',
    breaks: [11],
    edits: [edit('life/collecting/collect.ts', '[base, ...says, ...built].some', '[base].some')],
  },
  {
    name: 'a look elsewhere takes back what is kept',
    breaks: [16],
    edits: [
      edit(
        'life/attempt/save.ts',
        '...(found?.work && { work: found.work })',
        '...(found && { work: found.work })',
      ),
    ],
  },
  {
    name: 'a cancelled blocker unblocks',
    breaks: [19],
    edits: [edit('life/hand-on.ts', 'if (gone(blocker) !== null)', 'if (gone(blocker) === undefined)')],
  },
  {
    name: 'a split unblocks before its parts',
    breaks: [19],
    edits: [edit('life/hand-on.ts', "=== 'decomposed') await", "=== 'passed') await")],
  },
  {
    name: 'a give-back does not back off',
    breaks: [20],
    edits: [
      edit(
        'ticket/giving-back.ts',
        'waitsFor > 0 ? null : now + GIVEN_BACK_WAIT',
        'waitsFor > 0 ? null : now - GIVEN_BACK_WAIT',
      ),
    ],
  },
  {
    name: 'a give-back is not counted',
    breaks: [20],
    edits: [edit('ticket/giving-back.ts', 'const times = inRow + 1', 'const times = inRow * 0 + 1')],
  },
  {
    name: 'whoever made all wait is first again',
    breaks: [10],
    edits: [
      edit(
        'life/agents/claim.ts',
        'if (!(await madeAllWait(tx, first))) return first',
        'if (tx) return first',
      ),
    ],
  },
  {
    name: 'what main is red on is held against the change',
    breaks: [8],
    edits: [
      edit(
        'life/attempt/inspect.ts',
        'if (parts.fresh.length > 0) return red',
        'if (parts.fresh.length >= 0) return red',
      ),
    ],
  },
  {
    name: 'nobody looks whether main is green again',
    breaks: [6, 7],
    edits: [
      edit('life/landing/land.ts', "if (await lookAtMain(world, signal)) return { kind: 'settled' }", ''),
    ],
  },
  {
    name: 'no ticket is let through to mend main',
    breaks: [7],
    edits: [edit('life/agents/claim.ts', 'first.priority <= least', 'above !== null')],
  },
]
