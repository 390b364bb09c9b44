import type { FailureDomain, Service, ServiceCopy } from '../api/services.ts'
import { Icon } from '../ui/icon.tsx'
import { Card } from '../ui/page.tsx'
import { Outside, plural } from '../ui/text.tsx'
import { duration } from '../ui/time.tsx'
import { type Box, boxesOf, type Level, type Placed } from './domain-tree.ts'
import { STANDING } from './service-words.ts'

interface Item extends Placed {
  /** Null: production itself. */
  copy: ServiceCopy | null
}

const KIND: Record<Level['kind'], string> = {
  provider: 'Provider',
  account: 'Account',
  region: 'Region',
  site: 'Site',
  medium: 'Medium',
}

/** Whoever loses one of these loses all that lies in it. A provider has many accounts and regions. */
const LOST_AS_A_WHOLE: ReadonlySet<Level['kind']> = new Set(['account', 'region', 'site', 'medium'])

const isKnown = (domain: FailureDomain) => Object.values(domain).some((part) => part !== null)

/** Where production and the copies lie: boxes are lost as a whole, so what stands in one box is no way back from its loss. */
export function DomainMap({ service }: { service: Service }) {
  const production: Item[] = isKnown(service.production)
    ? [{ key: 'production', domain: service.production, copy: null }]
    : []
  const items = [
    ...production,
    ...service.copies.map((copy, n): Item => ({ key: `copy-${n}`, domain: copy.domain, copy })),
  ]
  const credentials = new Map<string, number>()
  for (const { domain } of items)
    if (domain.credential !== null) credentials.set(domain.credential, (credentials.get(domain.credential) ?? 0) + 1)
  const { boxes, items: nowhere } = boxesOf(items)
  const draw = { total: items.length, credentials }
  return (
    <Card title="Where it lies">
      {service.copies.length === 0 ? (
        <p className="text-sm text-muted">No copy is declared: list them under copies: of this service.</p>
      ) : (
        <>
          <ul className="flex flex-wrap gap-2" aria-label="Failure domains">
            {boxes.map((box) => (
              <BoxItem key={box.key} box={box} {...draw} />
            ))}
            {nowhere.map((item) => (
              <ItemCard key={item.key} item={item} {...draw} />
            ))}
          </ul>
          <p className="mt-2 text-xs text-muted">
            What stands in one box is lost with it.
            {production.length === 0 && ' Where production runs is not declared (production: of this service).'}
            {boxes.length === 0 && ' Of no copy it is known where it lies.'}
          </p>
        </>
      )}
    </Card>
  )
}

interface Draw {
  total: number
  credentials: ReadonlyMap<string, number>
}

/** What holds more gets more of the width. */
const roomFor = ({ count }: Box<Item>) =>
  count > 2 ? 'grow-[3] basis-96' : count > 1 ? 'grow-[2] basis-56' : 'grow basis-48'

function BoxItem({ box, ...draw }: { box: Box<Item> } & Draw) {
  const risky = box.path.some(({ kind }) => LOST_AS_A_WHOLE.has(kind))
  const all = risky && draw.total > 1 && box.count === draw.total
  return (
    <li
      className={`min-w-0 rounded-lg border-2 p-2 ${roomFor(box)} ${all ? 'border-missing bg-missing-soft/40' : 'border-edge/60'}`}
    >
      <div className="mb-1.5 flex flex-wrap items-baseline justify-between gap-x-3 gap-y-0.5 px-0.5 text-xs">
        <span className="min-w-0 anywhere">
          {box.path.map(({ kind, value }, n) => (
            <span key={kind}>
              {n > 0 && <span className="text-muted"> › </span>}
              <span className="text-muted">{KIND[kind]} </span>
              <Outside className="font-semibold">{value}</Outside>
            </span>
          ))}
        </span>
        {all ? (
          <span className="inline-flex items-center gap-1 font-semibold text-missing">
            <Icon name="stale" className="size-3" />
            everything is in here
          </span>
        ) : (
          risky && box.count > 1 && <span className="font-medium text-stale">{box.count} in here</span>
        )}
      </div>
      <ul className="flex flex-wrap gap-2">
        {box.boxes.map((inner) => (
          <BoxItem key={inner.key} box={inner} {...draw} />
        ))}
        {box.items.map((item) => (
          <ItemCard key={item.key} item={item} {...draw} />
        ))}
      </ul>
    </li>
  )
}

function ItemCard({ item: { copy, domain }, credentials, total }: { item: Item } & Draw) {
  const { credential } = domain
  const sharing = credential === null ? 0 : (credentials.get(credential) ?? 0)
  return (
    <li
      className={`min-w-0 grow basis-44 rounded-md border bg-surface px-2.5 py-2 text-sm ${copy === null ? 'border-accent' : copy.standing === 'proven' ? 'border-line' : 'border-dashed border-edge'}`}
    >
      {copy === null ? (
        <p className="font-semibold text-accent">Production</p>
      ) : (
        <>
          <p className="font-semibold">
            <Outside>{copy.title}</Outside>
          </p>
          <ProvenBy copy={copy} />
          <Standing copy={copy} />
        </>
      )}
      {!isKnown(domain) && <p className="mt-0.5 text-xs text-error">nobody says where</p>}
      {credential !== null && (
        <p className="mt-0.5 text-xs text-muted">
          credential <Outside>{credential}</Outside>
          {sharing > 1 && (
            <span className={`font-medium ${sharing === total ? 'text-missing' : 'text-stale'}`}>
              {' '}
              reaches {sharing === total ? 'all of these' : plural(sharing, 'of these', 'of these')}
            </span>
          )}
        </p>
      )}
    </li>
  )
}

/** Copies of one kind in one place have the same title: what proves them tells them apart. */
function ProvenBy({ copy: { checks, check_count } }: { copy: ServiceCopy }) {
  const [first] = checks
  if (!first) return null
  return (
    <p className="text-xs text-muted">
      {check_count === 1 ? <Outside cut>{first.id}</Outside> : plural(check_count, 'check')}
    </p>
  )
}

/** Whether the copy is there, and how old it is. */
export function Standing({ copy }: { copy: ServiceCopy }) {
  const { label, icon, text } = STANDING[copy.standing]
  return (
    <p className={`flex flex-wrap items-center gap-x-1.5 text-xs ${text}`}>
      <Icon name={icon} className="size-3.5" />
      <span className="font-medium">{label}</span>
      {copy.age_seconds !== null && <span className="text-muted">{duration(copy.age_seconds * 1000)} old</span>}
    </p>
  )
}
