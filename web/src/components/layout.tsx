import { Link, Outlet } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import { useSession, useSummary } from '../api/queries.ts'
import { Logo } from '../ui/logo.tsx'
import { ThemeSwitch } from '../ui/theme.tsx'
import { Toast } from '../ui/toast.tsx'
import { ConnectionBanner, HealthBanner, useConnection } from './connection.tsx'
import { Navigation } from './navigation.tsx'
import { SessionGate } from './session-gate.tsx'

/** What stands around every page. */
export function Layout() {
  return (
    <>
      <a
        href="#main"
        className="sr-only rounded-md bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to the content
      </a>
      <SessionGate>
        <Frame />
      </SessionGate>
      <Toast />
    </>
  )
}

function Frame() {
  const summary = useSummary()
  const connection = useConnection(summary)
  return (
    <div className="flex min-h-dvh flex-col">
      <Header openIncidents={summary.data?.incidents.open ?? 0} />
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-7xl flex-1 px-4 py-5 outline-none sm:px-6">
        <ConnectionBanner connection={connection} summary={summary} />
        <HealthBanner health={summary.data?.health} />
        <div className={connection === 'fresh' ? '' : 'old-numbers'} data-connection={connection}>
          <Outlet />
        </div>
      </main>
      <footer className="mx-auto w-full max-w-7xl px-4 py-4 text-xs text-muted sm:px-6">
        Backproof {summary.data?.version} ·{' '}
        <a className="underline underline-offset-2" href="/api/v1/openapi.json">
          API
        </a>{' '}
        ·{' '}
        <a className="underline underline-offset-2" href="/metrics">
          metrics
        </a>
      </footer>
    </div>
  )
}

function Header({ openIncidents }: { openIncidents: number }) {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-6 px-4 sm:px-6">
        <Link to="/" className="flex items-center gap-2 py-2.5 font-semibold tracking-tight">
          <Logo />
          Backproof
        </Link>
        <Navigation openIncidents={openIncidents} />
        <div className="ml-auto flex items-center gap-1">
          <LogOut />
          <ThemeSwitch />
        </div>
      </div>
    </header>
  )
}

function LogOut() {
  const session = useSession()
  if (session.data?.as !== 'session') return null
  async function logOut() {
    await api.logout()
    // a new page: nothing that the next person may not see waits in memory
    location.assign('/')
  }
  return (
    <button
      type="button"
      onClick={() => void logOut()}
      className="rounded-md px-2 py-1.5 text-sm text-muted hover:bg-raised hover:text-text"
    >
      Log out
    </button>
  )
}
