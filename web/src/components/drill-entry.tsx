import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type Drill, withdrawDrill } from '../api/drills.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Outside } from '../ui/text.tsx'
import { duration, Exact } from '../ui/time.tsx'
import { FormEnd } from './form-end.tsx'
import { DRILL } from './service-words.ts'
import { useAction } from './use-action.ts'

const span = (seconds: number) => duration(seconds * 1000)
const ORIGIN: Record<Drill['origin'], string> = { hand: 'Recorded', source: 'Reported', backproof: 'Run' }

/** One drill with all that was written down of it. */
export function DrillEntry({ drill, onCorrect }: { drill: Drill; onCorrect: () => void }) {
  const [isWithdrawing, setWithdrawing] = useState(false)
  const { ended } = drill
  const look = DRILL[drill.outcome]
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className={`font-semibold ${ended ? 'text-muted line-through' : ''}`}>
            <Subject drill={drill} />
          </h2>
          <p className="text-xs text-muted">
            <Exact at={drill.at} /> by <Outside>{drill.by}</Outside>
          </p>
        </div>
        <p className={`flex items-center gap-1.5 text-sm font-medium ${ended ? 'text-muted' : look.text}`}>
          <Icon name={look.icon} className="size-3.5" />
          {look.label}
        </p>
      </div>
      <p className="mt-1 text-sm">
        {drill.rta_seconds === null ? 'Not timed' : `Took ${span(drill.rta_seconds)}`}
        {drill.rpa_seconds !== null && `, lost ${span(drill.rpa_seconds)} of data`}
        {drill.gaps.length > 0 && `, ${drill.gaps.length} ${drill.gaps.length === 1 ? 'gap' : 'gaps'} found`}
      </p>
      {ended && (
        <p className="mt-1 text-sm text-muted">
          {ended.replaced_by === null ? 'Withdrawn' : 'Replaced'} <Exact at={ended.at} /> by{' '}
          <Outside>{ended.by}</Outside>: <Outside>{ended.reason}</Outside>
        </p>
      )}
      <details className="mt-1 text-sm">
        <summary className="w-fit cursor-pointer text-accent">Details</summary>
        <Details drill={drill} />
        {!ended && (
          <div className="mt-3 flex flex-wrap gap-2">
            <Button onClick={onCorrect}>Correct</Button>
            <Button onClick={() => setWithdrawing(true)}>Withdraw</Button>
          </div>
        )}
      </details>
      {isWithdrawing && <WithdrawDialog drill={drill} onClose={() => setWithdrawing(false)} />}
    </li>
  )
}

function Subject({ drill }: { drill: Drill }) {
  const link = 'underline-offset-4 hover:underline'
  if (drill.service !== null)
    return (
      <Link to="/service" search={{ name: drill.service }} className={link}>
        <Outside>{drill.service}</Outside>
      </Link>
    )
  return (
    <>
      <Link to="/check" search={{ id: drill.check ?? '' }} className={link}>
        <Outside>{drill.check ?? ''}</Outside>
      </Link>{' '}
      <span className="text-sm font-normal text-muted">(its data alone)</span>
    </>
  )
}

function Details({ drill }: { drill: Drill }) {
  return (
    <div className="mt-2 grid gap-x-10 gap-y-3 sm:grid-cols-3">
      {drill.phases.length > 0 && (
        <div>
          <h3 className="text-xs font-medium text-muted">Phases</h3>
          <dl className="mt-0.5 grid grid-cols-[minmax(0,1fr)_auto] gap-x-3">
            {drill.phases.map(({ name, seconds }, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the phases of one record, which never change
              <div key={n} className="contents">
                <dt className="min-w-0">
                  <Outside>{name}</Outside>
                </dt>
                <dd className="text-right tabular-nums">{span(seconds)}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      <Texts title="Looked at" texts={drill.checked} />
      <Texts title="Gaps" texts={drill.gaps} />
      {drill.note !== null && (
        <div className="sm:col-span-3">
          <h3 className="text-xs font-medium text-muted">Note</h3>
          <p>
            <Outside>{drill.note}</Outside>
          </p>
        </div>
      )}
      {drill.service !== null && drill.check !== null && (
        <p className="text-xs text-muted sm:col-span-3">
          From <Outside>{drill.check}</Outside>
        </p>
      )}
      <p className="text-xs text-muted sm:col-span-3">
        {ORIGIN[drill.origin]} <Exact at={drill.recorded_at} /> by <Outside>{drill.recorded_by}</Outside>
        {drill.replaces !== null && ', in place of another record'} · <span className="font-mono">{drill.id}</span>
      </p>
    </div>
  )
}

function Texts({ title, texts }: { title: string; texts: readonly string[] }) {
  if (texts.length === 0) return null
  return (
    <div>
      <h3 className="text-xs font-medium text-muted">{title}</h3>
      <ul className="mt-0.5 list-disc pl-4">
        {texts.map((text) => (
          <li key={text}>
            <Outside>{text}</Outside>
          </li>
        ))}
      </ul>
    </div>
  )
}

function WithdrawDialog({ drill, onClose }: { drill: Drill; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const withdraw = useAction(
    () => withdrawDrill(drill.id, reason.trim()),
    () => 'The record is withdrawn.',
  )
  return (
    <Dialog title="Withdraw this record" onClose={onClose}>
      <form
        className="mt-3 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!withdraw.isPending) withdraw.mutate(undefined, { onSuccess: onClose })
        }}
      >
        <p className="text-sm text-muted">
          It stays, with who withdrew it and why. It counts no more: not for the proof ladder, the rules, or the
          recovery plan.
        </p>
        <TextField label="Why" required maxLength={1000} value={reason} onChange={setReason} />
        <FormEnd action={withdraw} verb="Withdraw" onCancel={onClose} />
      </form>
    </Dialog>
  )
}
