/** Verdict of a gate, always in the same words and colours. */
import type { ReceiptEntry } from '../../src/api/client.ts'
import { Badge, type Tone } from './badge.tsx'

const TONES: Record<ReceiptEntry['verdict'], Tone> = { green: 'good', red: 'bad', 'could not run': 'warn' }

/** Shows a verdict; null: not verified. */
export function Verdict({ verdict }: { verdict: ReceiptEntry['verdict'] | null }) {
  return verdict === null ? <Badge>not verified</Badge> : <Badge tone={TONES[verdict]}>{verdict}</Badge>
}
