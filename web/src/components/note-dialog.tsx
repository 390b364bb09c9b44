import { useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea } from '../ui/field.tsx'
import { FormEnd } from './form-end.tsx'
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
        <TextArea
          label="Note (optional)"
          hint="It stands in the history, and in the message to those who were told."
          rows={3}
          maxLength={4000}
          value={note}
          onChange={setNote}
        />
        <FormEnd action={action} verb={verb} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
