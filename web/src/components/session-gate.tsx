import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useSession } from '../api/queries.ts'
import { Notice } from '../ui/notice.tsx'

const Login = lazy(() => import('./login.tsx').then((module) => ({ default: module.Login })))

/** Lets nobody in who has to log in first. The address stays: after the login one is where one wanted to be. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useSession()
  const [wasIn, setWasIn] = useState(false)
  if (session.data?.logged_in && !wasIn) setWasIn(true)
  if (session.data?.login_required && !session.data.logged_in)
    return (
      <Suspense>
        <Login hasEnded={wasIn} />
      </Suspense>
    )
  if (session.data) return children
  if (session.isPending) return <p className="sr-only">Loading …</p>
  return (
    <main id="main" className="mx-auto max-w-lg p-6 pt-24" role="alert">
      <title>No answer · Backproof</title>
      <Notice tone="missing" icon="unreachable" title="Backproof does not answer">
        <p>{session.error.message}</p>
        <p className="mt-2">
          This page asks again by itself. On the server, <code className="font-mono">backproof status</code> says what
          is known, and its log says why it does not answer.
        </p>
      </Notice>
    </main>
  )
}
