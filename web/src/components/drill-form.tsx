import { type ReactNode, useId, useState } from 'react'
import { type Drill, recordDrill } from '../api/drills.ts'
import { Button } from '../ui/button.tsx'
import { CONTROL, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Card } from '../ui/page.tsx'
import { Outside } from '../ui/text.tsx'
import { bodyOf, type DrillDraft, draftOf, emptyDraft, mistakesIn, spanText, togetherSeconds } from './drill-draft.ts'
import { DrillPhases } from './drill-phases.tsx'
import { ServiceInput } from './service-input.tsx'
import { DRILL } from './service-words.ts'
import { useAction } from './use-action.ts'

const MEANING: Record<Drill['outcome'], string> = {
  verified: 'Data came back, and was found right.',
  restored: 'Data came back, and nobody looked whether it is right.',
  failed: 'Nothing usable came back.',
}
const OUTCOMES = ['verified', 'restored', 'failed'] as const

/** Writes down a restore that was tried; of a record that is there, what it should have said. */
export function DrillForm({
  corrected,
  service,
  onClose,
}: {
  /** Null: a new one. */
  corrected: Drill | null
  service: string
  onClose: () => void
}) {
  const [draft, setDraft] = useState(() => (corrected ? draftOf(corrected) : emptyDraft(service)))
  // what is sent twice is recorded once
  const [id] = useState(() => newUuid())
  const [isTried, setTried] = useState(false)
  const set = (change: Partial<DrillDraft>) => setDraft((before) => ({ ...before, ...change }))
  const save = useAction(
    () => recordDrill(bodyOf(draft, id, corrected?.id ?? null)),
    (drill) => `The drill is recorded${drill.rta_seconds === null ? '' : `: it took ${spanText(drill.rta_seconds)}`}.`,
  )
  const mistakes = isTried ? mistakesIn(draft) : NONE
  const together = togetherSeconds(draft)
  return (
    <Card title={corrected ? 'Correct this record' : 'Record a drill'}>
      <form
        noValidate
        aria-label="Drill"
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          const form = event.currentTarget
          if (mistakesIn(draft).size > 0)
            requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
          else if (!save.isPending) save.mutate(undefined, { onSuccess: onClose })
        }}
      >
        {corrected && (
          <p className="text-sm text-muted">
            A record is never changed: this one will say that it was replaced, by whom and why.
          </p>
        )}
        <div className="grid gap-3 sm:grid-cols-2">
          <Subject draft={draft} set={set} mistake={mistakes.get('service')} />
          <Checked label="Began" mistake={mistakes.get('at')}>
            {(ids) => (
              <input
                {...ids}
                type="datetime-local"
                step="60"
                required
                className={CONTROL}
                value={draft.at}
                onChange={(event) => set({ at: event.target.value })}
              />
            )}
          </Checked>
        </div>
        <Outcome value={draft.outcome} onChange={(outcome) => set({ outcome })} />
        <DrillPhases draft={draft} mistakes={mistakes} onChange={(phases) => set({ phases })} />
        {draft.outcome !== 'failed' && (
          <div className="grid gap-3 sm:grid-cols-2">
            <Checked
              label="Recovery time (RTA): until all was back"
              hint="Left empty, it is what the phases took together."
              mistake={mistakes.get('rta')}
            >
              {(ids) => (
                <input
                  {...ids}
                  className={CONTROL}
                  maxLength={40}
                  autoComplete="off"
                  placeholder={together === null ? '1h 30m' : spanText(together)}
                  value={draft.rta}
                  onChange={(event) => set({ rta: event.target.value })}
                />
              )}
            </Checked>
            <Checked
              label="Data lost (RPA)"
              hint="How much of the newest data was missing."
              mistake={mistakes.get('rpa')}
            >
              {(ids) => (
                <input
                  {...ids}
                  className={CONTROL}
                  maxLength={40}
                  autoComplete="off"
                  placeholder="5m"
                  value={draft.rpa}
                  onChange={(event) => set({ rpa: event.target.value })}
                />
              )}
            </Checked>
          </div>
        )}
        <div className="grid gap-3 sm:grid-cols-2">
          <Lines
            label="What was looked at"
            hint="One on each line: row counts, application start"
            value={draft.checked}
            onChange={(checked) => set({ checked })}
          />
          <Lines
            label="Gaps that were found"
            hint="One on each line: they stand in the runbook"
            value={draft.gaps}
            onChange={(gaps) => set({ gaps })}
          />
        </div>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Who did it (optional)">
            {(ids) => (
              <input
                {...ids}
                className={CONTROL}
                maxLength={200}
                autoComplete="name"
                value={draft.by}
                onChange={(event) => set({ by: event.target.value })}
              />
            )}
          </Field>
          <Field label="Note (optional)">
            {(ids) => (
              <textarea
                {...ids}
                rows={2}
                maxLength={10_000}
                className={CONTROL}
                value={draft.note}
                onChange={(event) => set({ note: event.target.value })}
              />
            )}
          </Field>
        </div>
        {corrected && (
          <Field label="Why it is corrected" hint="It stands with the record that is replaced.">
            {(ids) => (
              <input
                {...ids}
                className={CONTROL}
                maxLength={1000}
                value={draft.reason}
                onChange={(event) => set({ reason: event.target.value })}
              />
            )}
          </Field>
        )}
        {save.error && (
          <p role="alert" className="text-sm text-missing whitespace-pre-line">
            <Outside>{save.error.message}</Outside>
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="main" busy={save.isPending}>
            {corrected ? 'Replace it' : 'Record it'}
          </Button>
        </div>
      </form>
    </Card>
  )
}

const NONE: ReadonlyMap<string, string> = new Map()

/** A UUID that also a page without https can make. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A field, with what is wrong in it in place of its hint. */
function Checked({
  label,
  hint,
  mistake,
  children,
}: {
  label: string
  hint?: string
  mistake: string | undefined
  children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode
}) {
  const wrong = useId()
  return (
    <div>
      <Field label={label} {...(hint !== undefined && !mistake && { hint })}>
        {(ids) => children(mistake ? { ...ids, 'aria-describedby': wrong, 'aria-invalid': true } : ids)}
      </Field>
      {mistake && (
        <p id={wrong} className="mt-1 text-xs text-missing">
          {mistake}
        </p>
      )}
    </div>
  )
}

/** What was restored: a service as a whole, or (of a record that is corrected) the data of one check. */
function Subject({
  draft,
  set,
  mistake,
}: {
  draft: DrillDraft
  set: (change: Partial<DrillDraft>) => void
  mistake: string | undefined
}) {
  if (draft.service === '' && draft.check !== '')
    return (
      <div>
        <p className="mb-1 text-xs font-medium text-muted">The data of one check</p>
        <p className="py-1.5 text-sm">
          <Outside>{draft.check}</Outside>
        </p>
      </div>
    )
  return (
    <Checked label="Service" hint="What was brought back, as a whole." mistake={mistake}>
      {(ids) => <ServiceInput {...ids} value={draft.service} onChange={(service) => set({ service })} />}
    </Checked>
  )
}

function Outcome({ value, onChange }: { value: Drill['outcome']; onChange: (outcome: Drill['outcome']) => void }) {
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium text-muted">How far it came</legend>
      <div className="grid gap-2 sm:grid-cols-3">
        {OUTCOMES.map((outcome) => (
          <label
            key={outcome}
            className="flex cursor-pointer gap-2.5 rounded-md border border-edge/60 px-3 py-2 text-sm has-checked:border-accent has-checked:bg-raised"
          >
            <input
              type="radio"
              name={name}
              className="mt-0.5 size-4 accent-accent"
              checked={value === outcome}
              onChange={() => onChange(outcome)}
            />
            <span>
              <span className={`flex items-center gap-1.5 font-medium ${DRILL[outcome].text}`}>
                <Icon name={DRILL[outcome].icon} className="size-3.5" />
                {DRILL[outcome].label}
              </span>
              <span className="block text-xs text-muted">{MEANING[outcome]}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Lines({
  label,
  hint,
  value,
  onChange,
}: {
  label: string
  hint: string
  value: string
  onChange: (value: string) => void
}) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <textarea
          {...ids}
          rows={3}
          maxLength={20_000}
          className={CONTROL}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
