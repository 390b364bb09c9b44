import { Link } from '@tanstack/react-router'
import type { Check } from '../api/client.ts'
import { useNow } from '../clock.ts'
import { Card, Fact, Facts } from '../ui/page.tsx'
import { Outside } from '../ui/text.tsx'
import { Ago, duration, Exact, exact } from '../ui/time.tsx'
import { typeLabel } from './words.ts'

/** How long the newest good point still keeps within its threshold: it counts down. */
export function Deadline({ check }: { check: Check }) {
  const at = check.deadline_at === null ? null : Date.parse(check.deadline_at)
  const text = useNow((now) =>
    at === null
      ? null
      : at > now
        ? `next one needed within ${duration(at - now)}`
        : `${duration(now - at)} past its deadline`,
  )
  const isLate = useNow((now) => at !== null && at <= now)
  if (check.deadline_at === null) return null
  return (
    <time
      dateTime={check.deadline_at}
      title={exact(check.deadline_at)}
      className={`tabular-nums ${isLate ? 'font-medium text-missing' : 'text-muted'}`}
    >
      {text}
    </time>
  )
}

export function CheckFacts({ check }: { check: Check }) {
  const { resource } = check
  const tags = Object.entries(check.tags)
  return (
    <Card title="Facts">
      <Facts>
        <Fact name="Last backup">
          {check.last_recovery_point_at === null ? (
            'none'
          ) : (
            <>
              <Ago at={check.last_recovery_point_at} />
              <span className="block text-xs text-muted">
                <Exact at={check.last_recovery_point_at} />
              </span>
            </>
          )}
        </Fact>
        <Fact name="Deadline">
          {check.deadline_at === null ? '–' : <Exact at={check.deadline_at} className="text-sm" />}
        </Fact>
        <Fact name="Threshold">
          {check.threshold_seconds === null ? '–' : duration(check.threshold_seconds * 1000)}
          <span className="block font-mono text-xs text-muted">
            <Outside>{check.threshold_from}</Outside>
          </span>
        </Fact>
        <Fact name="Good points">{check.point_count.toLocaleString('en')}</Fact>
        <Fact name="Last look">
          <Ago at={check.last_look_at} />
        </Fact>
        <Fact name="Known since">
          <Ago at={check.first_seen_at} />
        </Fact>
        <Fact name="Source">
          <Link to="/" search={{ source: check.source }} className="text-accent underline underline-offset-2">
            <Outside>{check.source}</Outside>
          </Link>
        </Fact>
        <Fact name="Type">
          <Outside>{typeLabel(check.type)}</Outside>
        </Fact>
        <Fact name="Resource id" wide>
          <span className="font-mono text-xs">
            <Outside>{resource.id}</Outside>
          </span>
        </Fact>
        <Fact name="Check id" wide>
          <span className="font-mono text-xs">
            <Outside>{check.id}</Outside>
          </span>
        </Fact>
        {resource.account !== null && (
          <Fact name="Account">
            <Link to="/" search={{ account: resource.account }} className="text-accent underline underline-offset-2">
              <Outside>{resource.account}</Outside>
            </Link>
          </Fact>
        )}
        {(resource.provider !== null || resource.region !== null) && (
          <Fact name="Provider and region">
            <Outside>{[resource.provider, resource.region].filter((part) => part !== null).join(', ')}</Outside>
          </Fact>
        )}
        {check.owner !== null && (
          <Fact name="Owner">
            <Outside>{check.owner}</Outside>
          </Fact>
        )}
        {check.tier !== null && <Fact name="Tier">{check.tier}</Fact>}
        {check.services.length > 0 && (
          <Fact name="Services that need it" wide>
            <ul className="flex flex-wrap gap-x-3">
              {check.services.map((name) => (
                <li key={name} className="min-w-0">
                  <Link to="/service" search={{ name }} className="text-accent underline underline-offset-2">
                    <Outside>{name}</Outside>
                  </Link>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {tags.length > 0 && (
          <Fact name="Tags" wide>
            <ul className="flex flex-wrap gap-1.5">
              {tags.map(([name, value]) => (
                <li key={name} className="max-w-full rounded bg-raised px-1.5 py-0.5 text-xs">
                  <Outside>{`${name}=${value}`}</Outside>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {check.detail !== null && (
          <Fact name="Good to know" wide>
            <Outside>{check.detail}</Outside>
          </Fact>
        )}
      </Facts>
    </Card>
  )
}
