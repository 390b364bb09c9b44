import { Link } from '@tanstack/react-router'
import { Notice } from '../ui/notice.tsx'
import { Sentence } from '../ui/time.tsx'

/** What to know of how the rest was found: what nobody could see is no news of what is in there. */
export function Remarks({ remarks }: { remarks: readonly string[] }) {
  if (remarks.length === 0) return null
  return (
    <Notice tone="error" icon="error" title="Not everything could be seen">
      {remarks.map((remark) => (
        <p key={remark}>
          <Sentence>{remark}</Sentence>
        </p>
      ))}
      <Link to="/sources" className="font-medium underline underline-offset-2">
        How the looks went
      </Link>
    </Notice>
  )
}
