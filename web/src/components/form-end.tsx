import { Button } from '../ui/button.tsx'
import { Outside } from '../ui/text.tsx'

/** How a form ends: what went wrong when it was sent, the way out, and the way on. */
export function FormEnd({
  action,
  verb,
  onCancel,
}: {
  action: { error: Error | null; isPending: boolean }
  verb: string
  onCancel: () => void
}) {
  return (
    <>
      {action.error && (
        <p role="alert" className="text-sm text-missing">
          <Outside>{action.error.message}</Outside>
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" kind="main" busy={action.isPending}>
          {verb}
        </Button>
      </div>
    </>
  )
}
