/** What is left in the checkout for whoever runs git on it, and for whoever takes the work over. */
import type { Bait, Way } from '../way.ts'

const PLANTED = /^planted$/m

const plant = (name: string, attack: string): Way => ({
  name,
  attack: `${attack} && echo planted`,
  refused: PLANTED,
})

/** They work inside: that nothing of them takes effect outside is seen on the machine, afterwards. */
export const plantedWays = ({ touched, project }: Bait): Way[] => {
  const touch = (name: string) => `touch ${touched}/${name}`
  const script = (path: string, name: string) =>
    `printf '#!/bin/sh\\n${touch(name)}\\n' > ${path} && chmod 755 ${path}`
  return [
    plant(
      'forges refs of the swarm',
      'git update-ref refs/swarm/work/1/9 HEAD; git update-ref refs/heads/main HEAD',
    ),
    plant(
      'plants hooks of git',
      `for each in pre-commit post-checkout post-index-change reference-transaction pre-auto-gc; do ${script('.git/hooks/$each', 'hook')}; done`.replace(
        'for each',
        'mkdir -p .git/hooks; for each',
      ),
    ),
    plant('plants a monitor of the file system', `git config core.fsmonitor '${touch('fsmonitor')}; false'`),
    plant(
      'plants a filter',
      `git config filter.way.clean '${touch('clean')}; cat' && git config filter.way.smudge '${touch('smudge')}; cat' && echo '*.way filter=way diff=way merge=way' > .gitattributes && echo x > file.way`,
    ),
    plant(
      'plants programs for differences and merges',
      `git config diff.way.textconv '${touch('textconv')}; cat' && git config diff.external '${touch('diff')}' && git config merge.way.driver '${touch('merge')}'`,
    ),
    plant(
      'plants a pager, an editor and SSH',
      `git config core.pager '${touch('pager')}' && git config core.sshCommand '${touch('ssh')}'`,
    ),
    plant(
      'plants a program for objects of others',
      `git config core.alternateRefsCommand '${touch('alternates')}'`,
    ),
    plant(
      'plants a repository in the repository',
      `mkdir -p bare && git init -q --bare bare/inner && git -C bare/inner config core.fsmonitor '${touch('inner')}'`,
    ),
    plant(
      "plants the objects of the person's repository",
      `mkdir -p .git/objects/info && echo ${project}/.swarm/repo.git/objects > .git/objects/info/alternates`,
    ),
  ]
}

/** Found when the change is looked through. */
export const linkWay = ({ home, touched }: Bait): Way =>
  plant('plants links that lead out', `ln -s ${home}/.ssh/id_ed25519 key.txt && ln -s ${touched} out`)

/** Whoever takes names for UTF-8 asks git for another file, finds none and lets it pass. */
export const nameWay = ({ touched }: Bait): Way =>
  plant(
    'plants a link that leads out under a name of odd bytes',
    `ln -s ${touched} "$(printf 'caf\\351')" && mkdir deep && ln -s /etc "$(printf 'deep/\\377\\376')"`,
  )

const named = (name: string, path: string, content = 'x'): Way =>
  plant(
    name,
    `at="$(printf '${path}')" && mkdir -p "$(dirname "$at")" && printf '%b\\n' '${content}' > "$at"`,
  )

/** A ticket each, for whatever is found in a change sends all of it back. Names as `printf` takes them. */
export const namedWays: Way[] = [
  named(
    'hides conflict markers under a name of odd bytes',
    'caf\\351.txt',
    '<<<<<<< a\\n=======\\n>>>>>>> b',
  ),
  named('hides an odd name in a folder of odd bytes', 'd\\351/plain.txt'),
  named('turns the letters of a name round', 'harmless\\342\\200\\256hs.txt'),
  named('plants a name with a direction mark, which reads like another', 'README.md\\342\\200\\217'),
  named('plants a name with a letter that nobody sees', 'harm\\342\\200\\213less.txt'),
  named('plants a name of two lines', 'harmless\\nM verify.sh'),
  named('plants the folder of git as some disks spell it', '.g\\342\\200\\214it/config'),
]

/** The objects themselves are refused, when the work is taken over. */
export const submoduleWay = ({ touched }: Bait): Way => ({
  name: 'plants a submodule that is a command',
  attack: `printf '[submodule "way"]\\n\\tpath = way\\n\\turl = ext::sh -c "touch ${touched}/submodule"\\n\\tupdate = !touch ${touched}/update\\n' > .gitmodules && echo planted`,
  refused: PLANTED,
})
