import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Channel } from '../api/client.ts'
import { useChannels, useDeliveries } from '../api/queries.ts'
import { DeliveryList } from '../components/delivery-list.tsx'
import { Loading, Trouble } from '../components/trouble.tsx'
import { useAction } from '../components/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Code, Empty, Notice } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'
import { Outside, plural } from '../ui/text.tsx'
import { Exact } from '../ui/time.tsx'

export function ChannelsPage() {
  const channels = useChannels()
  const items = channels.data?.items ?? []
  const dead = items.reduce((sum, channel) => sum + channel.dead, 0)
  return (
    <div className="space-y-4">
      <Heading title="Channels">
        {items.length === 0
          ? 'Channels'
          : dead > 0
            ? `${plural(dead, 'message')} could not be delivered`
            : `${plural(items.length, 'channel')}, nothing given up`}
      </Heading>
      {channels.error && !channels.data && <Trouble error={channels.error} what="The channels" />}
      {channels.isPending && <Loading what="channels" />}
      {channels.data && items.length === 0 && (
        <Card>
          <Empty title="Nobody is told of anything">
            <p>
              Incidents are opened, but only whoever looks here sees them. Add a channel and a route under{' '}
              <Link to="/settings" className="text-accent underline underline-offset-2">
                Settings
              </Link>
              , or to <code className="font-mono">backproof.yaml</code>:
            </p>
            <Code>
              {
                'channels:\n  oncall: { type: slack, webhook_url: ${env:SLACK_URL} }\nroutes:\n  - { match: { severity: critical }, to: [oncall], repeat: 4h }'
              }
            </Code>
          </Empty>
        </Card>
      )}
      {items.map((channel) => (
        <ChannelCard key={channel.name} channel={channel} />
      ))}
    </div>
  )
}

function ChannelCard({ channel }: { channel: Channel }) {
  const [unfolded, setUnfolded] = useState(channel.dead > 0)
  const deliveries = useDeliveries(channel.name, unfolded)
  const test = useAction(
    () => api.testChannel(channel.name),
    () => `A test is on its way to ${channel.name}: see below whether it arrives.`,
  )
  return (
    <section className="rounded-xl border border-line bg-surface" aria-label={`Channel ${channel.name}`}>
      <div className="space-y-3 px-4 py-3.5">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0 flex-1 basis-48">
            <h2 className="text-lg font-semibold">
              <Outside>{channel.name}</Outside>
            </h2>
            <p className="text-sm text-muted">
              <Outside>{`${channel.type} · ${channel.address}`}</Outside>
            </p>
          </div>
          <Button
            busy={test.isPending}
            aria-label={`Send a test to ${channel.name}`}
            onClick={() => test.mutate(undefined, { onSuccess: () => setUnfolded(true) })}
          >
            Send test
          </Button>
        </div>
        <p className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
          <Count count={channel.delivered} word="delivered" colour="" />
          <Count count={channel.pending} word="waiting" colour="text-due" />
          <Count count={channel.dead} word="given up" colour="text-failed" />
        </p>
        {channel.last_error !== null && (
          <Notice tone={channel.dead > 0 ? 'missing' : 'due'} icon="failed" title="The newest error">
            <Outside>{channel.last_error}</Outside>
            {channel.last_error_at !== null && (
              <>
                {' '}
                (<Exact at={channel.last_error_at} />)
              </>
            )}
          </Notice>
        )}
        <Button kind="quiet" className="-ml-3" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          {unfolded ? 'Hide the newest messages' : 'Show the newest messages'}
        </Button>
      </div>
      {unfolded && (
        <div className="border-t border-line">
          {deliveries.data?.items.length === 0 && (
            <p className="px-4 py-3 text-sm text-muted">None yet. “Send test” shows whether one would arrive.</p>
          )}
          {deliveries.data && <DeliveryList deliveries={deliveries.data.items} />}
          {deliveries.error && !deliveries.data && <Trouble error={deliveries.error} what="The messages" />}
        </div>
      )}
    </section>
  )
}

function Count({ count, word, colour }: { count: number; word: string; colour: string }) {
  return (
    <span className={count > 0 ? colour : 'text-muted'}>
      <strong className="font-semibold tabular-nums">{count.toLocaleString('en')}</strong> {word}
    </span>
  )
}
