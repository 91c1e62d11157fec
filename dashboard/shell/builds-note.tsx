/** Note that the page, the server and the installed program are of different builds, and what to do. */
import { type Builds, builds, OWN_BUILD } from '../live/build.ts'
import { useCell } from '../live/cell.ts'
import { Button } from '../parts/button.tsx'

/** Shows the note; nothing while all are equal. */
export function BuildsNote() {
  const now = useCell(builds)
  if (now === null) return null
  const isOlder = OWN_BUILD !== '' && now.build !== '' && now.build !== OWN_BUILD
  if (isOlder)
    return (
      <div role="status" className="builds-note">
        <p>The server has a different version of swarm than this page.</p>
        <Button onClick={() => window.location.reload()}>Reload</Button>
      </div>
    )
  if (now.installed?.build === now.build) return null
  return (
    <div role="status" className="builds-note">
      <p>
        {installedWords(now)} To use one version: <code>swarm stop && swarm start</code>. Attempts keep their
        work.
      </p>
    </div>
  )
}

const installedWords = ({ version, build, installed }: Builds) =>
  installed === null
    ? `The server runs swarm ${version} (${build}), which is no longer installed where it was.`
    : `The server runs swarm ${version} (${build}), and ${installed.version} (${installed.build}) is installed.`
