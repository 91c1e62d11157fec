/** The images that a project's containers were made from: each takes most of a gigabyte. */
import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { markOf } from '../src/main/project/paths.ts'

/** By name and tag; of no other project. None where there is no engine. */
export function imagesOf(project: string): string[] {
  const ofProject = `reference=swarm-*-${markOf(realpathSync(project)).slice(0, 8)}`
  return docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', ofProject)
    .split('\n')
    .filter(Boolean)
}

export function removeImages(project: string): void {
  const images = imagesOf(project)
  if (images.length > 0) docker('image', 'rm', ...images)
}

const docker = (...args: string[]): string => spawnSync('docker', args, { encoding: 'utf8' }).stdout ?? ''
