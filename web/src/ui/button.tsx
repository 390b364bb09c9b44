import type { ComponentProps } from 'react'

const KINDS = {
  plain: 'border-edge/60 bg-surface hover:bg-raised text-text',
  main: 'border-transparent bg-accent text-on-accent hover:brightness-110',
  quiet: 'border-transparent text-accent hover:bg-raised',
} as const

interface Props extends ComponentProps<'button'> {
  kind?: keyof typeof KINDS
  /** It is under way: it can't be pressed again, and says so. */
  busy?: boolean
}

export function Button({
  kind = 'plain',
  busy = false,
  className = '',
  type = 'button',
  children,
  onClick,
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={type}
      // a disabled button loses the focus of whoever has just pressed it
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={`inline-flex min-h-9 items-center justify-center gap-2 rounded-md border px-3 py-1.5 text-sm font-medium disabled:opacity-50 aria-disabled:opacity-60 ${KINDS[kind]} ${className}`}
    >
      {children}
    </button>
  )
}
