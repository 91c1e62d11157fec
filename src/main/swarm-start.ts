#!/usr/bin/env node
/**
 * Where `swarm` starts. The same program is there twice: in pieces, of which a command loads what it needs and starts
 * soon; and in one, for what runs long. That reads nothing of itself later, so the installed files may be replaced by
 * those of another version, or be gone, while it runs.
 */
const LONG = new Set(['start', 'watch', 'top', 'wait', 'run', 'logs', 'interview'])

const program = LONG.has(process.argv[2] ?? '') ? './whole.mjs' : './pieces.mjs'
await import(new URL(program, import.meta.url).href)

export {}
