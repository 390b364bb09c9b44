import { type Instant, instant, plus } from '../domain/instant.ts'
import type { HookKind, HookRequest, News, NewsOutcome, Reception, RefusedNews } from '../domain/news.ts'
import type { ScopeId } from '../domain/scope.ts'
import { batcher } from '../lib/batcher.ts'
import { printable } from '../lib/printable.ts'
import { redact, redactedMessage } from '../lib/redact.ts'
import { hookMessage, newsHeard } from '../metrics/events.ts'
import type { TaskContext } from './context.ts'
import { isPulled } from './pulled.ts'

/** Takes in what others say has happened, and has it looked into. Nothing of it reaches a status: what counts is what the look sees. */
export interface NewsDesk {
  /** One message that was posted to a hook; durable when it answers. */
  post(request: HookRequest): Promise<NewsOutcome>
  /** One message that was fetched from a queue. `unavailable`: leave it there. */
  take(source: string, kind: HookKind, reception: Reception, remote?: string | null): Promise<NewsOutcome>
  /** The last that were not taken, newest first. */
  refused(source: string): readonly RefusedNews[]
  /** Notes one that was not judged at all. */
  refuse(source: string, refusal: Omit<RefusedNews, 'at'>): void
  close(): Promise<void>
}

/** Looks at one scope that news may ask for at once, and after how long for one more: a chatty account, or a hostile one, gets no more. */
const BURST = 3
const ONE_MORE_MS = 10_000
const MAX_BATCH = 500
const KEPT = 20
/** Whoever posts rubbish must not fill the log. */
const LOGGED_EVERY_MS = 1000

interface Told {
  source: string
  kind: HookKind
  news: News
}

export function newsDesk(context: TaskContext): NewsDesk {
  const group = batcher(commit, { maxItems: MAX_BATCH })
  const paces = new Map<ScopeId, Pace>()
  const kept = new Map<string, RefusedNews[]>()
  const logged = { at: Number.NEGATIVE_INFINITY, silent: 0 }

  function refuse(source: string, refusal: Omit<RefusedNews, 'at'>): void {
    const { kind, outcome } = refusal
    const at = instant(context.clock.now())
    const detail = redact(printable(refusal.detail)).slice(0, 500)
    hookMessage(kind, outcome)
    if (context.config().sources.some(({ name }) => name === source)) {
      const before = kept.get(source) ?? []
      kept.set(source, [{ ...refusal, at, detail }, ...before].slice(0, KEPT))
    }
    if (Math.abs(at - logged.at) < LOGGED_EVERY_MS) {
      logged.silent += 1
      return
    }
    const more = logged.silent > 0 ? { more: logged.silent } : {}
    context.log.warn(
      { source: printable(source).slice(0, 64), ...refusal, detail, ...more },
      'a message about backups was not taken',
    )
    logged.at = at
    logged.silent = 0
  }

  async function take(
    source: string,
    kind: HookKind,
    reception: Reception,
    remote: string | null = null,
  ): Promise<NewsOutcome> {
    if (reception.outcome === 'refused' || reception.outcome === 'unavailable') {
      const outcome = reception.outcome === 'refused' ? reception.why : 'unavailable'
      refuse(source, { kind, outcome, detail: reception.detail, remote })
      return outcome
    }
    const { news } = reception
    try {
      const outcome = await group.add({ source, kind, news })
      if (outcome === 'repeated') {
        refuse(source, { kind, outcome, detail: `${news.id} came before (${news.about})`, remote })
        return outcome
      }
      const said = reception.outcome === 'news' ? outcome : reception.outcome
      hookMessage(kind, said)
      if (news.happenedAt !== null) newsHeard(kind, context.clock.now() - news.happenedAt)
      const words = { source, kind, about: redact(news.about), outcome: said }
      if (said === 'ended') context.log.warn(words, 'events will not come any more')
      else context.log[said === 'confirmed' ? 'info' : 'debug'](words, 'news came')
      return said
    } catch (error) {
      refuse(source, { kind, outcome: 'unavailable', detail: redactedMessage(error), remote })
      return 'unavailable'
    }
  }

  /** When news of now may have a scope looked at. */
  function soonest(scope: ScopeId, now: Instant): Instant {
    const pace = paces.get(scope)
    if (!pace) return now
    refill(pace, now)
    return pace.tokens >= 1 ? now : plus(now, Math.ceil((1 - pace.tokens) * ONE_MORE_MS))
  }

  /** One transaction: what was heard of before is told apart, and the scopes of the rest are to be looked at. */
  async function commit(told: readonly Told[]): Promise<NewsOutcome[]> {
    const now = instant(context.clock.now())
    const { outcomes, moved } = await context.store.write(async (tx) => {
      const found = new Map<Told, NewsOutcome>()
      const sooner: ScopeId[] = []
      for (const [source, its] of Map.groupBy(told, (one) => one.source)) {
        const ids = its.map(({ news }) => news.id)
        const fresh = await tx.addNews(source, ids, now)
        const asked = its.flatMap(({ news }) => (fresh.has(news.id) ? news.scopes : []))
        const known = await tx.knownScopes([...new Set(asked)])
        // one that is to be looked at anyway is not moved: a thousand news are one look, and one after it
        for (const scope of known) if (await tx.lookNoLaterThan(scope, soonest(scope, now))) sooner.push(scope)
        for (const one of its) {
          // twice in one batch: the first of them is the new one
          const isNew = fresh.delete(one.news.id)
          const concerns = one.news.scopes.some((scope) => known.has(scope))
          found.set(one, isNew ? (concerns ? 'accepted' : 'irrelevant') : 'repeated')
        }
      }
      return { outcomes: found, moved: sooner }
    })
    for (const scope of moved) {
      const pace = paces.get(scope) ?? { tokens: BURST, at: now }
      pace.tokens -= 1
      paces.set(scope, pace)
    }
    if (moved.length > 0) context.onDue()
    return told.map((one) => outcomes.get(one) ?? 'unavailable')
  }

  return {
    async post(request) {
      const { kind, source: name, remote } = request
      const configured = context.config().sources.find((one) => one.name === name)
      const hook =
        configured && isPulled(configured) ? configured.source.hook?.(name, configured.config, request) : null
      if (!hook) {
        refuse(name, { kind, outcome: 'unknown', detail: 'its configuration takes no such messages', remote })
        return 'unknown'
      }
      const reception = await hook.catch((error: unknown): Reception => {
        context.log.error({ source: name, error: redactedMessage(error) }, 'a message could not be judged')
        return { outcome: 'unavailable', detail: redactedMessage(error) }
      })
      return take(name, kind, reception, remote)
    },
    take,
    refuse,
    refused: (source) => kept.get(source) ?? [],
    close: () => group.close(),
  }
}

/** A token bucket that may be in debt: what was asked for beyond it comes later. */
interface Pace {
  tokens: number
  at: number
}

function refill(pace: Pace, now: number): void {
  // a clock that jumps back refills nothing
  pace.tokens = Math.min(BURST, pace.tokens + Math.max(0, now - pace.at) / ONE_MORE_MS)
  pace.at = now
}
