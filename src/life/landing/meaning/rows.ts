/** All files in which the meaning of a gate's command stands. */
import type { Row } from './row.ts'
import { NODE } from './rows-node.ts'
import { OTHERS } from './rows-others.ts'
import { PYTHON } from './rows-python.ts'

/** Of every stack. A file that several of them match has the parts of all. */
export const ROWS: Row[] = [...NODE, ...PYTHON, ...OTHERS]
/** At the root, read from `main`: what a gate's command leads on to. */
export const TABLES = [
  ...[
    'package.json',
    'deno.json',
    'composer.json',
    'Makefile',
    'makefile',
    'GNUmakefile',
    'justfile',
    'Justfile',
  ],
  ...[
    '.justfile',
    'Taskfile.yml',
    'Taskfile.yaml',
    'tox.ini',
    'noxfile.py',
    'pyproject.toml',
    'Rakefile',
    'mix.exs',
  ],
]
