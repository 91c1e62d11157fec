/** Ways at the swarm itself: what a person decides, what others own, and git. */
import { ASK, type Bait, type Way } from '../way.ts'

const NOT_ITS =
  /Agents may not use|works on ticket \d+ and may not|Agents may not choose a database|there is no flag/

const asPerson = (name: string, command: string): Way => ({
  name,
  attack: `ticket ${command} && echo LEAKED`,
  refused: NOT_ITS,
})

const REFUSED_PUSH =
  /Sandboxes cannot push|does not appear to be a git repository|could not read|unable to|403|fatal/

export const swarmWays = ({ tickets, project }: Bait): Way[] => [
  asPerson('approves a proposal', `approve ${tickets.proposal}`),
  asPerson('approves in the name of a person', `approve ${tickets.proposal} --author human`),
  asPerson('rejects a proposal', `reject ${tickets.proposal} --reason no`),
  asPerson('answers the question of a person', `answer ${tickets.question} yes`),
  asPerson('passes a check that a person does', `pass ${tickets.verify}`),
  asPerson('fails a check that a person does', `fail ${tickets.verify} --reason no`),
  asPerson("marks another's ticket as done", `mark-done ${tickets.neighbour}`),
  asPerson("completes another's ticket", `complete ${tickets.neighbour} --no-change none`),
  asPerson("takes another's ticket away", `unclaim ${tickets.neighbour}`),
  asPerson("renames another's ticket", `update ${tickets.neighbour} --title hacked`),
  asPerson('opens a database of its own choice', `list --db ${project}/.swarm/tickets/tickets.db`),
  asPerson('migrates the database', 'migrate'),
  asPerson('claims under another name', 'claim-next --agent agent-9'),
  {
    name: 'speaks with a token that it made up',
    attack: 'SWARM_TOKEN=forged ticket list && echo LEAKED',
    refused: /this is not its token/,
  },
  {
    name: 'asks the gateway for the API of people',
    attack: `node ${ASK} own 'GET /api/tickets HTTP/1.1'`,
    refused: /Nothing is here for this sandbox/,
  },
  {
    name: 'climbs from its part of the gateway to another',
    attack: `node ${ASK} own 'GET /agent/../api/tickets HTTP/1.1'`,
    refused: /HTTP\/1\.1 4\d\d/,
  },
  {
    name: 'pushes to main',
    attack: 'git push origin HEAD:refs/heads/main && echo LEAKED',
    refused: REFUSED_PUSH,
  },
  {
    name: 'pushes to main by the gateway',
    attack: 'git push "$SWARM_GIT" HEAD:refs/heads/main && echo LEAKED',
    refused: REFUSED_PUSH,
  },
  {
    name: 'forges a ref of another attempt',
    attack: `git push "$SWARM_GIT" HEAD:refs/swarm/work/${tickets.neighbour}/1 && echo LEAKED`,
    refused: REFUSED_PUSH,
  },
  {
    name: 'deletes main',
    attack: 'git push "$SWARM_GIT" :refs/heads/main && echo LEAKED',
    refused: REFUSED_PUSH,
  },
  {
    name: "reads another's work",
    attack: `git fetch "$SWARM_GIT" refs/swarm/work/${tickets.neighbour}/1 && echo LEAKED`,
    refused: /fatal: .*(couldn't find|not found|unable)/,
  },
  {
    name: 'reads a file of the machine as a repository',
    attack: `git clone ${project}/.swarm/repo.git $HOME/stolen && echo LEAKED`,
    refused: /fatal: .*(does not exist|does not appear|not found)/,
  },
]
