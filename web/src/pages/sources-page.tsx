import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Costs, type Scope, type Source } from '../api/client.ts'
import { useCosts, useSources } from '../api/queries.ts'
import { useNow } from '../clock.ts'
import { STATUS_COLOURS } from '../components/badges.tsx'
import { Loading, Trouble } from '../components/trouble.tsx'
import { useAction } from '../components/use-action.ts'
import { Waste } from '../components/waste.tsx'
import { LOOK, STATUS, STATUSES, typeLabel } from '../components/words.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Code, Empty, Notice } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'
import { Outside, plural } from '../ui/text.tsx'
import { Ago, duration, took } from '../ui/time.tsx'

export function SourcesPage() {
  const sources = useSources()
  const costs = useCosts().data
  const items = sources.data?.items ?? []
  const failing = items.filter((source) => source.scopes.some((scope) => scope.status === 'failed')).length
  return (
    <div className="space-y-4">
      <Heading title="Sources">
        {items.length === 0
          ? 'Sources'
          : failing > 0
            ? `${failing} of ${plural(items.length, 'source')} could not be read whole`
            : `${plural(items.length, 'source')}, all readable`}
      </Heading>
      {sources.error && !sources.data && <Trouble error={sources.error} what="The sources" />}
      {sources.isPending && <Loading what="sources" />}
      {sources.data && items.length === 0 && (
        <Card>
          <Empty title="Nothing is read yet">
            <p>
              A source is a place where backups land. Add one under{' '}
              <Link to="/settings" className="text-accent underline underline-offset-2">
                Settings
              </Link>
              , or to <code className="font-mono">backproof.yaml</code>:
            </p>
            <Code>
              {
                'sources:\n  dumps:\n    type: files\n    files:\n      appdb: { path: /srv/dumps, pattern: "appdb-*.dump", max_age: 25h }'
              }
            </Code>
          </Empty>
        </Card>
      )}
      {items.map((source) => (
        <SourceCard key={source.name} source={source} costs={costs} />
      ))}
    </div>
  )
}

function SourceCard({ source, costs }: { source: Source; costs: Costs | undefined }) {
  const look = useAction(
    () => api.lookAtSource(source.name),
    ({ requested }) => `${plural(requested, 'scope')} will be looked at now.`,
  )
  return (
    <section className="rounded-xl border border-line bg-surface" aria-label={`Source ${source.name}`}>
      <div className="flex flex-wrap items-start justify-between gap-3 px-4 pt-3.5 pb-3">
        <div className="min-w-0 flex-1 basis-48">
          <h2 className="text-lg font-semibold">
            <Link to="/" search={{ source: source.name }} className="hover:underline underline-offset-4">
              <Outside>{source.name}</Outside>
            </Link>
          </h2>
          <p className="text-sm text-muted">
            <Outside>{typeLabel(source.type)}</Outside>
            {source.mode === 'push'
              ? ' · reports by itself'
              : source.every_seconds !== null && ` · looked at every ${duration(source.every_seconds * 1000)}`}
            {source.owner !== null && (
              <>
                {' '}
                · owned by <Outside>{source.owner}</Outside>
              </>
            )}{' '}
            · <Outside className="font-mono text-xs">{source.defined_at}</Outside>
          </p>
        </div>
        {source.mode === 'pull' && (
          <Button
            busy={look.isPending}
            onClick={() => look.mutate(undefined)}
            aria-label={`Look now at ${source.name}`}
          >
            Look now
          </Button>
        )}
      </div>
      <Counts source={source} />
      {costs && <Waste source={source.name} costs={costs} />}
      {source.events && <Events events={source.events} scopes={source.scopes} />}
      {source.scopes.length > 0 && <Scopes scopes={source.scopes} />}
    </section>
  )
}

/** What has kept events away: that all is well needs no words. */
function Events({ events, scopes }: { events: NonNullable<Source['events']>; scopes: readonly Scope[] }) {
  const { refused } = events
  // the scope of the events tells it too, once it was looked at
  const trouble = scopes.some(({ fault }) => fault?.message === events.trouble) ? null : events.trouble
  const [all, setAll] = useState(false)
  const shown = all ? refused : refused.slice(0, 1)
  if (trouble === null && refused.length === 0) return null
  return (
    <div className="space-y-2 px-4 pb-3 text-sm">
      {trouble !== null && (
        <Notice tone="error" icon="error" title="Events can not be fetched from their queue">
          <Outside>{trouble}</Outside>
        </Notice>
      )}
      {refused.length > 0 && (
        <Notice tone="due" icon="due" title={`${plural(refused.length, 'message')} lately not taken`}>
          <ul className="space-y-1">
            {shown.map((one) => (
              <li key={`${one.at} ${one.detail}`}>
                <Ago at={one.at} />, {one.kind}: <b>{one.outcome}</b>, <Outside>{one.detail}</Outside>
                {one.remote !== null && (
                  <>
                    {' '}
                    (<Outside>{one.remote}</Outside>)
                  </>
                )}
              </li>
            ))}
          </ul>
          {shown.length < refused.length && (
            <Button kind="quiet" onClick={() => setAll(true)}>
              Show all
            </Button>
          )}
        </Notice>
      )}
    </div>
  )
}

function Counts({ source }: { source: Source }) {
  const there = STATUSES.filter((status) => source.summary[status] > 0)
  if (there.length === 0) return <p className="px-4 pb-3 text-sm text-muted">No checks yet.</p>
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 px-4 pb-3 text-sm">
      {there.map((status) => (
        <li key={status}>
          <Link
            to="/"
            search={{ source: source.name, status }}
            className={`inline-flex items-center gap-1.5 font-medium underline-offset-4 hover:underline ${STATUS_COLOURS[status].text}`}
          >
            <Icon name={status} className="size-3.5" />
            {source.summary[status].toLocaleString('en')} {STATUS[status].label}
          </Link>
        </li>
      ))}
    </ul>
  )
}

const FEW = 6
const ORDER = { failed: 0, never: 1, complete: 2 } as const

function Scopes({ scopes }: { scopes: readonly Scope[] }) {
  const [all, setAll] = useState(false)
  const sorted = scopes.toSorted((a, b) => ORDER[a.status] - ORDER[b.status])
  // what could not be read is never folded away
  const failed = sorted.filter((scope) => scope.status === 'failed').length
  const shown = all ? sorted : sorted.slice(0, Math.max(FEW, failed))
  const cell = 'px-4 py-2 align-top'
  return (
    <>
      <table className="stacked w-full table-fixed border-t border-line text-sm">
        <caption className="sr-only">What of it is read, and how the last looks went</caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            <th scope="col" className="px-4 py-1.5">
              Scope
            </th>
            <th scope="col" className="w-[12rem] px-4 py-1.5">
              Last look
            </th>
            <th scope="col" className="w-[9rem] px-4 py-1.5">
              Last read
            </th>
            <th scope="col" className="w-[6rem] px-4 py-1.5">
              Took
            </th>
            <th scope="col" className="w-[8rem] px-4 py-1.5">
              Next look
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {shown.map((scope) => (
            <tr key={scope.id}>
              <th scope="row" className={`${cell} whole font-medium`}>
                <Outside>{scope.name}</Outside>
                {scope.fault && (
                  <div className="mt-2 font-normal">
                    <Notice tone="error" icon="error" title={scope.fault.message}>
                      {scope.fault.advice && <Outside>{scope.fault.advice}</Outside>}
                      {scope.failures > 1 && <p>Failed {scope.failures} times in a row.</p>}
                    </Notice>
                  </div>
                )}
              </th>
              <td className={cell}>
                <span
                  className={`inline-flex items-center gap-1.5 ${scope.status === 'failed' ? 'font-medium text-error' : scope.status === 'never' ? 'text-muted' : 'text-ok'}`}
                >
                  <Icon
                    name={scope.status === 'failed' ? 'error' : scope.status === 'never' ? 'due' : 'ok'}
                    className="size-3.5"
                  />
                  {LOOK[scope.status]}
                </span>
              </td>
              <td className={cell}>
                {scope.status !== 'complete' && <span className="text-muted md:hidden">last read: </span>}
                {scope.last_complete_at === null ? (
                  <span className="text-muted">never</span>
                ) : (
                  <Ago at={scope.last_complete_at} />
                )}
              </td>
              <td className={`${cell} text-muted tabular-nums`}>
                {scope.took_seconds === null ? <span className="max-md:hidden">–</span> : took(scope.took_seconds)}
              </td>
              <td className={`${cell} text-muted`}>
                <span className="md:hidden">next </span>
                <NextLook at={scope.next_look_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < sorted.length && (
        <div className="border-t border-line p-2 text-center">
          <Button kind="quiet" onClick={() => setAll(true)}>
            Show all {sorted.length} scopes
          </Button>
        </div>
      )}
    </>
  )
}

function NextLook({ at }: { at: string }) {
  // what is seconds away is now: "just now" would be past
  const isDue = useNow((now) => Date.parse(at) <= now + 5000)
  return isDue ? <span>now</span> : <Ago at={at} />
}
