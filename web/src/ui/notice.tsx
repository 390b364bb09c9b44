import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

const TONES = {
  calm: 'border-line bg-surface text-text',
  due: 'border-due/50 bg-due-soft text-due',
  stale: 'border-stale/50 bg-stale-soft text-stale',
  missing: 'border-missing/50 bg-missing-soft text-missing',
  error: 'border-error/50 bg-error-soft text-error',
  paused: 'border-line bg-paused-soft text-paused',
} as const

/** Something to read before going on. */
export function Notice({
  tone = 'calm',
  icon = 'info',
  title,
  children,
}: {
  tone?: keyof typeof TONES
  icon?: IconName
  title: string
  children?: ReactNode
}) {
  return (
    <div className={`flex gap-3 rounded-lg border px-4 py-3 text-sm ${TONES[tone]}`}>
      <Icon name={icon} className="mt-0.5 size-4" />
      <div className="min-w-0">
        <p className="font-semibold anywhere">{title}</p>
        {children && <div className="mt-0.5 anywhere">{children}</div>}
      </div>
    </div>
  )
}

/** Nothing to show, why, and what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="mx-auto max-w-xl px-4 py-8 text-center">
      <p className="font-semibold">{title}</p>
      {children && <div className="mt-2 text-sm text-muted">{children}</div>}
    </div>
  )
}

export function Code({ children }: { children: string }) {
  return (
    <pre className="mt-3 overflow-x-auto rounded-md border border-line bg-raised p-3 text-left font-mono text-xs text-text">
      {children}
    </pre>
  )
}
