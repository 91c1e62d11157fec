#!/bin/sh
# The gate. It runs on every change, in a fresh checkout, before the change lands on the main branch.
# Exit 0 lets it land; anything else sends it back to the agent together with what was printed.
# Agents cannot change this file without your approval. Keep it strict, and as fast as you can.
# In its environment: TICKET_ID, TICKET_TITLE, AGENT_ID.
#
# The project had no build or tests that swarm knows of when this was written. So it looks for some at each run, and
# fails when there are none: a check that checks nothing would let everything pass. Put your own check in its place.
set -eu

checked=no
check() {
  checked=yes
  echo "+ $*"
  "$@"
}

if [ -f package-lock.json ]; then check npm ci --no-audit --no-fund; fi
if [ -f package.json ]; then check npm test; fi
if [ -f Cargo.toml ]; then check cargo test; fi
if [ -f go.mod ]; then
  check go vet ./...
  check go test ./...
fi
if [ -f pom.xml ]; then check mvn --batch-mode verify; fi
if [ -x gradlew ]; then check ./gradlew check; fi
if [ -f pyproject.toml ] || [ -f pytest.ini ] || [ -f tests/conftest.py ]; then check python3 -m pytest; fi
if [ -f Makefile ]; then check make test; fi

if [ "$checked" = no ]; then
  echo 'verify.sh found nothing to check: no package.json, Cargo.toml, go.mod, pom.xml, gradlew, pyproject.toml or Makefile.' >&2
  echo 'Add tests with the change, or have a person write into verify.sh what good means here.' >&2
  exit 1
fi
