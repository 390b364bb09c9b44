import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { CONTROL, Field } from '../ui/field.tsx'
import { useAction } from './use-action.ts'

/** Does something to an incident, with a note for its history if there is one. */
export function NoteDialog({
  title,
  explanation,
  verb,
  done,
  act,
  onClose,
}: {
  title: string
  explanation: string
  verb: string
  done: string
  act: (note: string | null) => Promise<unknown>
  onClose: () => void
}) {
  const [note, setNote] = useState('')
  const action = useAction(
    () => act(note.trim() || null),
    () => done,
  )
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="mt-3 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!action.isPending) action.mutate(undefined, { onSuccess: onClose })
        }}
      >
        <p className="text-sm text-muted">{explanation}</p>
        <Field label="Note (optional)" hint="It stands in the history, and in the message to those who were told.">
          {(ids) => (
            <textarea
              {...ids}
              rows={3}
              maxLength={4000}
              className={CONTROL}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        {action.error && (
          <p role="alert" className="text-sm text-missing">
            {action.error.message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="main" busy={action.isPending}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
