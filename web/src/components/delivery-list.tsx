import { Link } from '@tanstack/react-router'
import { api, type Delivery } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Outside, plural } from '../ui/text.tsx'
import { Ago, Exact } from '../ui/time.tsx'
import { useAction } from './use-action.ts'
import { EVENT } from './words.ts'

const STATES = {
  pending: { label: 'Waiting', icon: 'due', colour: 'text-due' },
  delivered: { label: 'Delivered', icon: 'ok', colour: 'text-ok' },
  dead: { label: 'Given up', icon: 'failed', colour: 'text-failed' },
} as const

/** Messages, how they fared, and a button for those that were given up. */
export function DeliveryList({ deliveries, incident }: { deliveries: readonly Delivery[]; incident?: string }) {
  return (
    <ul className="divide-y divide-line">
      {deliveries.map((delivery) => (
        <DeliveryItem key={delivery.id} delivery={delivery} incident={incident} />
      ))}
    </ul>
  )
}

function DeliveryItem({ delivery, incident }: { delivery: Delivery; incident: string | undefined }) {
  const { label, icon, colour } = STATES[delivery.state]
  const retry = useAction(
    () => api.retryDelivery(delivery.id),
    () => 'The message is in the outbox again.',
  )
  const told = delivery.items.filter((item) => incident === undefined || item.incident === incident)
  const [first] = delivery.items
  const others = delivery.items.length - 1 + delivery.omitted
  const kinds = [...new Set(told.map((item) => EVENT[item.kind]))].join(', ')
  return (
    <li className="px-4 py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={`inline-flex items-center gap-1.5 font-medium ${colour}`}>
          <Icon name={icon} className="size-3.5" />
          {label}
        </span>
        {incident !== undefined && (
          <span>
            to <Outside className="font-medium">{delivery.channel}</Outside>
          </span>
        )}
        <span className="text-muted">
          {delivery.test ? 'Test' : kinds}
          {incident === undefined && !delivery.test && first && (
            <>
              :{' '}
              <Link
                to="/incidents/$id"
                params={{ id: first.incident }}
                className="text-accent underline underline-offset-2"
              >
                <Outside>{first.subject.name}</Outside>
              </Link>
              {others > 0 && ` and ${plural(others, 'more event')}`}
            </>
          )}
        </span>
        <span className="text-xs text-muted">
          <Exact at={delivery.finished_at ?? delivery.created_at} />
          {delivery.attempts > 1 && `, ${plural(delivery.attempts, 'attempt')}`}
        </span>
        {delivery.state === 'dead' && (
          <Button className="ml-auto" busy={retry.isPending} onClick={() => retry.mutate(undefined)}>
            Try again
          </Button>
        )}
      </div>
      {delivery.last_error !== null && delivery.state !== 'delivered' && (
        <p className="mt-1 text-muted">
          <Outside>{delivery.last_error}</Outside>
          {delivery.next_attempt_at !== null && (
            <span className="block">
              Next attempt <Ago at={delivery.next_attempt_at} />.
            </span>
          )}
        </p>
      )}
    </li>
  )
}
