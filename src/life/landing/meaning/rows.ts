/** All files that hold the meaning of a gate's command. */
import type { Row } from './row.ts'
import { NODE } from './rows-node.ts'
import { OTHERS } from './rows-others.ts'
import { PYTHON } from './rows-python.ts'

/** Rows of every stack. A file that several of them match has the parts of all. */
export const ROWS: Row[] = [...NODE, ...PYTHON, ...OTHERS]
/** Files at the root, read from `main`, that a gate's commands lead to. */
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
