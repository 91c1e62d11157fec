#!/usr/bin/env node
/**
 * Start of `swarm`. The program exists twice: in pieces, of which a command loads what it needs and starts fast; and in
 * one file, for commands that run long. That one reads nothing of itself later, so the installed files may be replaced
 * by another version, or be gone, while it runs.
 */
const LONG = new Set(['start', 'watch', 'top', 'wait', 'run', 'logs', 'interview'])

const program = LONG.has(process.argv[2] ?? '') ? './whole.mjs' : './pieces.mjs'
await import(new URL(program, import.meta.url).href)

export {}
