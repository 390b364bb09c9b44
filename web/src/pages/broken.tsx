import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** A fault of the dashboard's own; also a part of it that a newer version has replaced on the server. */
export function Broken({ error }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-xl space-y-3 p-4" role="alert">
      <Notice tone="missing" icon="failed" title="This page broke">
        {error instanceof Error ? error.message : String(error)}
      </Notice>
      <Button kind="main" onClick={() => location.reload()}>
        Load it again
      </Button>
    </div>
  )
}
