import { useEffect, useRef, useState } from 'react'
import { ApiError, api, type Mistake, type Setting, type SettingKind } from '../api/client.ts'
import { useSettingCheck } from '../api/queries.ts'
import { Select, TextArea, TextField } from '../ui/field.tsx'
import { Card } from '../ui/page.tsx'
import { Outside } from '../ui/text.tsx'
import { FormEnd } from './form-end.tsx'
import { sampleOf } from './setting-samples.ts'
import { useAction } from './use-action.ts'
import { useFirstFocus } from './use-first-focus.ts'

const KINDS = [
  { value: 'source', label: 'Source: a place to look at' },
  { value: 'channel', label: 'Channel: where messages go' },
  { value: 'route', label: 'Route: who hears of what' },
  { value: 'service', label: 'Service: what needs which backups' },
] as const satisfies readonly { value: SettingKind; label: string }[]

interface Draft {
  kind: SettingKind
  name: string
  yaml: string
}

const PAUSE_MS = 400

/** The value once it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** One entry as YAML, checked by the server while it is written. */
export function SettingForm({
  edited,
  types,
  onClose,
}: {
  /** Null: a new one. */
  edited: Setting | null
  types: { source: string[]; channel: string[] }
  onClose: () => void
}) {
  const [kind, setKind] = useState<SettingKind>(edited?.kind ?? 'source')
  const [name, setName] = useState(edited?.name ?? '')
  const [yaml, setYaml] = useState(edited?.yaml ?? sampleOf('source', types.source[0] ?? ''))
  const form = useFirstFocus()
  const area = useRef<HTMLTextAreaElement>(null)
  const save = useAction(
    (setting: Draft) => api.saveSetting(setting),
    (saved) => `${saved.name} is saved and in force.`,
  )
  const choices = kind === 'source' || kind === 'channel' ? types[kind] : []
  const type = /^type:[ \t]*(\S+)/m.exec(yaml)?.[1] ?? ''

  function begin(nextKind: SettingKind, nextType: string) {
    setKind(nextKind)
    setYaml(sampleOf(nextKind, nextType))
  }

  return (
    <Card title={edited ? `Change ${edited.kind} ${edited.name}` : 'Add an entry'}>
      <form
        ref={form}
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!save.isPending) save.mutate({ kind, name, yaml }, { onSuccess: onClose })
        }}
      >
        {!edited && (
          <div className="grid gap-3 sm:grid-cols-3">
            <Select
              label="Kind"
              value={kind}
              options={KINDS}
              onChange={(value) => {
                const next = KINDS.find((each) => each.value === value)?.value ?? 'source'
                begin(next, next === 'source' || next === 'channel' ? (types[next][0] ?? '') : '')
              }}
            />
            {choices.length > 0 && (
              <Select
                label="Type"
                value={type}
                options={choices.map((value) => ({ value, label: value }))}
                onChange={(value) => begin(kind, value)}
              />
            )}
            <TextField
              label="Name"
              hint="Letters, digits, dots, dashes"
              required
              maxLength={64}
              autoComplete="off"
              value={name}
              onChange={setName}
            />
          </div>
        )}
        <TextArea
          label="Settings (YAML, as in backproof.yaml)"
          hint='"[secret]" stands for a stored secret. With any change but thresholds, owner and tags, write secrets again.'
          ref={area}
          className="font-mono"
          rows={Math.min(24, Math.max(8, yaml.split('\n').length + 1))}
          spellCheck={false}
          autoComplete="off"
          wrap="off"
          value={yaml}
          onChange={setYaml}
        />
        <Verdict setting={{ kind, name, yaml }} onGoTo={(mistake) => goTo(area.current, mistake)} />
        <FormEnd action={save} verb="Save" onCancel={onClose} />
      </form>
    </Card>
  )
}

/** Puts the cursor where the mistake is. */
function goTo(area: HTMLTextAreaElement | null, { line = 1, column = 1 }: Mistake): void {
  if (!area) return
  const before = area.value.split('\n').slice(0, line - 1)
  const at = Math.min(area.value.length, before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1)
  area.focus()
  area.setSelectionRange(at, at)
}

function Verdict({ setting, onGoTo }: { setting: Draft; onGoTo: (mistake: Mistake) => void }) {
  const settled = { kind: useSettled(setting.kind), name: useSettled(setting.name), yaml: useSettled(setting.yaml) }
  const check = useSettingCheck(settled)
  const isCurrent =
    settled.kind === setting.kind && settled.name === setting.name && settled.yaml === setting.yaml && !check.isFetching
  if (setting.name === '') return <p className="text-sm text-muted">Give it a name, and it is checked as you write.</p>
  const mistakes = check.error instanceof ApiError ? check.error.mistakes : []
  return (
    <div role="status" className={`text-sm ${isCurrent ? '' : 'opacity-60'}`}>
      {check.data && <p className="text-ok">It is right.</p>}
      {check.error && mistakes.length === 0 && (
        <p className="text-missing">
          <Outside>{check.error.message}</Outside>
        </p>
      )}
      <Mistakes mistakes={mistakes} onGoTo={onGoTo} />
    </div>
  )
}

export function Mistakes({ mistakes, onGoTo }: { mistakes: readonly Mistake[]; onGoTo?: (mistake: Mistake) => void }) {
  return (
    <ul className="space-y-1">
      {mistakes.map((mistake) => (
        <li key={`${mistake.line}:${mistake.column}:${mistake.field}:${mistake.message}`} className="text-missing">
          {onGoTo && mistake.line !== undefined && (
            <>
              <button
                type="button"
                className="font-medium underline underline-offset-2"
                onClick={() => onGoTo(mistake)}
              >
                {`Line ${mistake.line}, column ${mistake.column}`}
              </button>
              {': '}
            </>
          )}
          <Outside>{sentence(mistake)}</Outside>
        </li>
      ))}
    </ul>
  )
}

function sentence({ field, message, suggestion, allowed }: Mistake): string {
  const meant = suggestion === undefined ? '' : `: did you mean "${suggestion}"?`
  const choice = allowed?.length ? ` (allowed: ${allowed.join(', ')})` : ''
  return `${field === '' ? '' : `${field}: `}${message}${meant}${choice}`
}
