import { Link } from '@tanstack/react-router'
import { Empty } from '../ui/notice.tsx'
import { Heading } from '../ui/page.tsx'

export function NotFound() {
  return (
    <>
      <Heading title="Not here" />
      <Empty title="There is no such page">
        <Link to="/" className="text-accent underline underline-offset-2">
          All checks
        </Link>
      </Empty>
    </>
  )
}
