import { useState } from 'react'
import { api, type Check } from '../api/client.ts'
import { useNow } from '../clock.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Select, TextField } from '../ui/field.tsx'
import { exact } from '../ui/time.tsx'
import { FormEnd } from './form-end.tsx'
import { useAction } from './use-action.ts'

const HOUR = 3600
const LENGTHS = [
  { value: String(HOUR), label: '1 hour' },
  { value: String(4 * HOUR), label: '4 hours' },
  { value: String(12 * HOUR), label: '12 hours' },
  { value: String(24 * HOUR), label: '1 day' },
  { value: String(3 * 24 * HOUR), label: '3 days' },
  { value: String(7 * 24 * HOUR), label: '7 days' },
  { value: String(30 * 24 * HOUR), label: '30 days' },
]

export function PauseDialog({ check, onClose }: { check: Check; onClose: () => void }) {
  const [seconds, setSeconds] = useState(String(24 * HOUR))
  const [reason, setReason] = useState('')
  const until = useNow((now) => exact(Math.floor(now / 60_000) * 60_000 + Number(seconds) * 1000))
  const pause = useAction(
    () => api.pause(check.id, Number(seconds), reason.trim() || null),
    (paused) => `Paused${paused.paused ? ` until ${exact(paused.paused.until)}` : ''}.`,
  )
  return (
    <Dialog title="Pause this check" onClose={onClose}>
      <form
        className="mt-3 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!pause.isPending) pause.mutate(undefined, { onSuccess: onClose })
        }}
      >
        <p className="text-sm text-muted">
          It is judged no more, and nobody is told of it. A pause always ends, so that no backup is forgotten.
        </p>
        <Select label="For" value={seconds} options={LENGTHS} onChange={setSeconds} />
        <p className="text-sm">Until {until}</p>
        <TextField label="Reason (for whoever looks next)" maxLength={1000} value={reason} onChange={setReason} />
        <FormEnd action={pause} verb="Pause" onCancel={onClose} />
      </form>
    </Dialog>
  )
}
