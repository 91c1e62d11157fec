/** Kinds of cards, with their names. */
import type { LucideIcon } from 'lucide-react'
import {
  CircleDollarSign,
  CircleHelp,
  ClipboardCheck,
  LifeBuoy,
  Lightbulb,
  ShieldAlert,
  UserRound,
} from 'lucide-react'
import type { Tone } from '../../parts/badge.tsx'

interface Kind {
  name: string
  icon: LucideIcon
  tone: Tone
}

export const KINDS: Record<string, Kind> = {
  proposal: { name: 'Proposal', icon: Lightbulb, tone: 'busy' },
  question: { name: 'Question', icon: CircleHelp, tone: 'warn' },
  verify: { name: 'Verify', icon: ClipboardCheck, tone: 'good' },
  approval: { name: 'Protected change', icon: ShieldAlert, tone: 'bad' },
  budget: { name: 'Budget', icon: CircleDollarSign, tone: 'warn' },
  escalated: { name: 'Needs help', icon: LifeBuoy, tone: 'bad' },
  assigned: { name: 'Yours', icon: UserRound, tone: 'neutral' },
}
