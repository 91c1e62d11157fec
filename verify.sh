#!/bin/sh
# The gate, for the swarm that builds swarm. It runs on every change, in a fresh checkout, before the change lands.
# It is the fast loop: the long suites run in CI.
set -eu

node scripts/ready.mjs
node_modules/.bin/biome check
node scripts/bundled.mjs scripts/check.ts
