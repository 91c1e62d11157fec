/** Button. Busy, it says so and cannot be pressed again, but keeps the focus. */
import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes } from 'react'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'plain' | 'primary' | 'quiet' | 'danger'
  icon?: LucideIcon
  isBusy?: boolean
}

/** Shows a button. */
export function Button({
  kind = 'plain',
  icon: Icon,
  isBusy = false,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className="button"
      data-kind={kind}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {Icon && <Icon aria-hidden />}
      <span>{children}</span>
    </button>
  )
}
