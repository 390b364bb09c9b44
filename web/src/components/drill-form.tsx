import { useId, useState } from 'react'
import { type Drill, recordDrill } from '../api/drills.ts'
import { Field, TextArea, TextField } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Card } from '../ui/page.tsx'
import { Outside } from '../ui/text.tsx'
import { bodyOf, type DrillDraft, draftOf, emptyDraft, mistakesIn, spanText, togetherSeconds } from './drill-draft.ts'
import { DrillPhases } from './drill-phases.tsx'
import { FormEnd } from './form-end.tsx'
import { ServiceInput } from './service-input.tsx'
import { DRILL } from './service-words.ts'
import { useAction } from './use-action.ts'
import { useFirstFocus } from './use-first-focus.ts'

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
  const form = useFirstFocus()
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
        ref={form}
        noValidate
        aria-label="Drill"
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (mistakesIn(draft).size > 0)
            requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
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
          <TextField
            label="Began"
            mistake={mistakes.get('at')}
            type="datetime-local"
            step="60"
            required
            value={draft.at}
            onChange={(at) => set({ at })}
          />
        </div>
        <Outcome value={draft.outcome} onChange={(outcome) => set({ outcome })} />
        <DrillPhases draft={draft} mistakes={mistakes} onChange={(phases) => set({ phases })} />
        {draft.outcome !== 'failed' && (
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Recovery time (RTA): until all was back"
              hint="Left empty, it is what the phases took together."
              mistake={mistakes.get('rta')}
              maxLength={40}
              autoComplete="off"
              placeholder={together === null ? '1h 30m' : spanText(together)}
              value={draft.rta}
              onChange={(rta) => set({ rta })}
            />
            <TextField
              label="Data lost (RPA)"
              hint="How much of the newest data was missing."
              mistake={mistakes.get('rpa')}
              maxLength={40}
              autoComplete="off"
              placeholder="5m"
              value={draft.rpa}
              onChange={(rpa) => set({ rpa })}
            />
          </div>
        )}
        <div className="grid gap-3 sm:grid-cols-2">
          <TextArea
            label="What was looked at"
            hint="One on each line: row counts, application start"
            rows={3}
            maxLength={20_000}
            value={draft.checked}
            onChange={(checked) => set({ checked })}
          />
          <TextArea
            label="Gaps that were found"
            hint="One on each line: they stand in the runbook"
            rows={3}
            maxLength={20_000}
            value={draft.gaps}
            onChange={(gaps) => set({ gaps })}
          />
          <TextField
            label="Who did it (optional)"
            maxLength={200}
            autoComplete="name"
            value={draft.by}
            onChange={(by) => set({ by })}
          />
          <TextArea
            label="Note (optional)"
            rows={2}
            maxLength={10_000}
            value={draft.note}
            onChange={(note) => set({ note })}
          />
        </div>
        {corrected && (
          <TextField
            label="Why it is corrected"
            hint="It stands with the record that is replaced."
            maxLength={1000}
            value={draft.reason}
            onChange={(reason) => set({ reason })}
          />
        )}
        <FormEnd action={save} verb={corrected ? 'Replace it' : 'Record it'} onCancel={onClose} />
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
    <Field label="Service" hint="What was brought back, as a whole." mistake={mistake}>
      {(ids) => <ServiceInput {...ids} value={draft.service} onChange={(service) => set({ service })} />}
    </Field>
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
