import { useId, useRef } from 'react'
import { Button } from '../ui/button.tsx'
import { CONTROL } from '../ui/field.tsx'
import { type DrillDraft, newPhase, type PhaseDraft, spanText, togetherSeconds, USUAL_PHASES } from './drill-draft.ts'

/** What a drill was made of, each part with its time, and what they come to. */
export function DrillPhases({
  draft,
  mistakes,
  onChange,
}: {
  draft: DrillDraft
  mistakes: ReadonlyMap<string, string>
  onChange: (phases: readonly PhaseDraft[]) => void
}) {
  const names = useId()
  const list = useRef<HTMLUListElement>(null)
  const { phases } = draft
  const together = togetherSeconds(draft)
  const set = (key: number, change: Partial<PhaseDraft>) =>
    onChange(phases.map((phase) => (phase.key === key ? { ...phase, ...change } : phase)))
  /** Whoever works with keys goes on in the row beside it. */
  const focusRow = (row: number) =>
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLInputElement>('li input:first-child')[row]?.focus())
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-xs font-medium text-muted">
        Phases, in order; leave the time empty where there was none
      </legend>
      <datalist id={names}>
        {USUAL_PHASES.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ul ref={list} className="space-y-2">
        {phases.map(({ key, name, took }, row) => {
          const mistake = mistakes.get(`name ${key}`) ?? mistakes.get(`took ${key}`)
          return (
            <li key={key}>
              <div className="grid grid-cols-[minmax(0,1fr)_7rem_auto] gap-2">
                <input
                  className={CONTROL}
                  aria-label={`Name of phase ${row + 1}`}
                  aria-invalid={mistakes.has(`name ${key}`) || undefined}
                  list={names}
                  maxLength={200}
                  autoComplete="off"
                  value={name}
                  onChange={(event) => set(key, { name: event.target.value })}
                />
                <input
                  className={CONTROL}
                  aria-label={`Time that phase ${row + 1} took`}
                  aria-invalid={mistakes.has(`took ${key}`) || undefined}
                  aria-describedby={mistake ? `${names}-${key}` : undefined}
                  placeholder="e.g. 12m"
                  maxLength={40}
                  autoComplete="off"
                  value={took}
                  onChange={(event) => set(key, { took: event.target.value })}
                />
                <Button
                  kind="quiet"
                  aria-label={`Remove phase ${row + 1}`}
                  onClick={() => {
                    onChange(phases.filter((phase) => phase.key !== key))
                    focusRow(Math.max(0, row - 1))
                  }}
                >
                  Remove
                </Button>
              </div>
              {mistake && (
                <p id={`${names}-${key}`} className="mt-1 text-xs text-missing">
                  {mistake}
                </p>
              )}
            </li>
          )
        })}
      </ul>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <Button
          onClick={() => {
            onChange([...phases, newPhase()])
            focusRow(phases.length)
          }}
        >
          Add a phase
        </Button>
        <p role="status" className="text-sm">
          {together === null ? (
            <span className="text-muted">No phase is timed yet</span>
          ) : (
            <>
              Together <strong className="font-semibold">{spanText(together)}</strong>
            </>
          )}
        </p>
      </div>
    </fieldset>
  )
}
