/** Ways to use up the machine. Sandboxes have 512 MB of memory, 256 MB of files and 256 processes here. */
import type { Way } from '../way.ts'

const EAT = 'const all = []; for (;;) all.push(Buffer.alloc(10000000, 1))'

export const FLOODS: Way[] = [
  {
    name: 'fills the disk',
    attack: 'head -c 3000000000 /dev/zero > $HOME/big; rm -f $HOME/big',
    refused: /No space left/,
  },
  {
    name: 'fills the folder for temporary files',
    attack: 'head -c 3000000000 /dev/zero > /tmp/big; rm -f /tmp/big',
    refused: /No space left|File too large/,
  },
  {
    name: 'uses up the memory',
    attack: `node -e '${EAT}'; echo "ended with $?"`,
    refused: /Killed|ended with 1\d\d/,
  },
]

/** On the standard output of the agent itself, which has its own step: more than a transcript holds. */
export const PRINTING: Way = {
  name: 'prints more than a transcript holds',
  attack: '',
  refused: /The transcript is full/,
}
export const PRINT_STEPS = Array.from({ length: 8 }, () => [
  { print: 32 * 1024 * 1024 },
  { pause: 800 },
]).flat()

/** Comes last: no program starts after it, and so the attempt ends with it. */
export const FORK_BOMB: Way = {
  name: 'starts processes without end',
  attack: '(sh -c "bomb() { bomb | bomb & }; bomb" >/dev/null 2>$HOME/bomb &); sleep 4; head -n 3 $HOME/bomb',
  refused: /[Cc]annot fork|temporarily unavailable|EAGAIN/,
}
