/** Files of Python projects that hold the meaning of a gate's command. */
import { ofSections, wholeWith } from './parts.ts'
import { ALWAYS, row } from './row.ts'

const PYTEST = /pytest|py\.test|\b(tox|nox|hatch|poe|task|pdm|rye)\b/
/** Tables of `pyproject.toml` and its older forms, each with the programs it belongs to. */
const TABLES: [RegExp, RegExp][] = [
  [/^tool[.:]pytest|^pytest/, PYTEST],
  [/^tool[.:]coverage|^coverage:/, /coverage|--cov|pytest|tox|nox/],
  [/^tool\.ruff/, /ruff/],
  [/^(tool\.)?mypy/, /mypy/],
  [/^tool\.(based)?pyright/, /pyright/],
  [/^(tool\.)?(flake8|pycodestyle|pylint)/i, /flake8|pycodestyle|pylint/],
  [/^tool\.(black|isort)|^isort/, /black|isort/],
  [/^tool\.bandit|^bandit/, /bandit/],
  [/^tool\.(tox|nox|hatch\.envs|poe|taskipy|pdm\.scripts|rye\.scripts)|^(tox|testenv)/, PYTEST],
]

/** Rows, one for each kind of file. */
export const PYTHON = [
  row('\\.?pytest\\.ini', PYTEST),
  row('tox\\.ini', /pytest|flake8|\btox\b/),
  row('setup\\.cfg|pyproject\\.toml', ALWAYS, ofSections(TABLES)),
  row('noxfile\\.py', /\bnox\b/),
  row('conftest\\.py', PYTEST, wholeWith(/collect_ignore|def\s+pytest_|hookimpl|os\._exit/)),
  row('\\.coveragerc', /coverage|--cov|pytest|tox|nox/),
  row('\\.?ruff\\.toml', /ruff/),
  row('\\.?mypy\\.ini', /mypy/),
  row('\\.flake8', /flake8/),
  row('\\.?pylintrc', /pylint/),
  row('pyrightconfig\\.json', /pyright/),
  // Found before the real one by `python -m`.
  row(
    '(sitecustomize|usercustomize|pytest|unittest|coverage|compileall)(\\.py|/__(init|main)__\\.py)',
    /python|pytest/,
  ),
]
