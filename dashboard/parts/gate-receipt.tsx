/** Receipt of the gate: what was verified, how, the verdict, and all output. */
import type { ReceiptEntry } from '../../src/api/client.ts'
import { Ansi } from './ansi.tsx'
import { Badge } from './badge.tsx'
import { Card } from './card.tsx'
import { Doubts } from './doubts.tsx'
import { duration, Time } from './time.tsx'
import { Verdict } from './verdict.tsx'

/** Shows a receipt. */
export function GateReceipt({ receipt, isOpen }: { receipt: ReceiptEntry; isOpen: boolean }) {
  const { verdict, flaky, pre_existing, doubts, command, exit, signal, tree, sandbox, output } = receipt
  return (
    <Card className="receipt">
      <header className="receipt-head">
        <Verdict verdict={verdict} />
        {flaky && <Badge tone="warn">flaky: the same tree was red and green</Badge>}
        {pre_existing && <Badge tone="warn">main fails in the same way</Badge>}
        <span className="quiet">
          <Time at={receipt.started_at} />
        </span>
      </header>
      <Doubts doubts={doubts} />
      <dl className="facts">
        <dt>Command</dt>
        <dd>
          <code>{command}</code>
        </dd>
        <dt>Exit</dt>
        <dd>{signal ? `killed by ${signal}` : (exit ?? 'none')}</dd>
        <dt>Took</dt>
        <dd className="number">{duration(receipt.duration_ms)}</dd>
        <dt>Tree</dt>
        <dd>
          <code>{tree}</code>
        </dd>
        <dt>Sandbox</dt>
        <dd>{sandbox}</dd>
      </dl>
      <details className="receipt-output" open={isOpen}>
        <summary>Output{output.length >= 65_000 && ' (last part)'}</summary>
        <Ansi text={output || 'No output.'} />
      </details>
    </Card>
  )
}
