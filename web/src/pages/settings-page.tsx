import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Setting, type SettingKind } from '../api/client.ts'
import { useSettings } from '../api/queries.ts'
import { FormEnd } from '../components/form-end.tsx'
import { Mistakes, SettingForm } from '../components/setting-form.tsx'
import { Loading, Trouble } from '../components/trouble.tsx'
import { useAction } from '../components/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Empty, Notice } from '../ui/notice.tsx'
import { Card, Heading } from '../ui/page.tsx'
import { Outside, plural, visibleLines } from '../ui/text.tsx'
import { Ago } from '../ui/time.tsx'

const SECTIONS: { kind: SettingKind; title: string }[] = [
  { kind: 'source', title: 'Sources' },
  { kind: 'service', title: 'Services' },
  { kind: 'channel', title: 'Channels' },
  { kind: 'route', title: 'Routes' },
]

const MODES = {
  file: 'The configuration file has the last word here: nothing can be made.',
  safe: 'What runs programs or reads secrets of the server can only be said in the file.',
  all: 'The file allows everything here, also what runs programs on the server.',
} as const

export function SettingsPage() {
  const settings = useSettings()
  const [open, setOpen] = useState<Setting | 'new' | null>(null)
  const { mode = 'file', types = { source: [], channel: [] }, items = [] } = settings.data ?? {}
  const out = items.filter((item) => !item.in_force).length
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <Heading title="Settings">
          {out > 0 ? `${plural(out, 'setting')} can not be used` : 'What is watched, and who is told'}
        </Heading>
        {settings.data && mode !== 'file' && open === null && (
          <Button kind="main" onClick={() => setOpen('new')}>
            Add an entry
          </Button>
        )}
      </div>
      {settings.error && !settings.data && <Trouble error={settings.error} what="The settings" />}
      {settings.isPending && <Loading what="settings" />}
      {settings.data && <p className="text-sm text-muted">{MODES[mode]}</p>}
      {open !== null && (
        <SettingForm
          key={open === 'new' ? '' : `${open.kind}/${open.name}`}
          edited={open === 'new' ? null : open}
          types={types}
          onClose={() => setOpen(null)}
        />
      )}
      {settings.data && items.length === 0 && open === null && (
        <Card>
          <Empty title="Nothing is set up yet">Make a source to look at, and a channel to be told by.</Empty>
        </Card>
      )}
      {SECTIONS.map(({ kind, title }) => {
        const those = items.filter((item) => item.kind === kind)
        return (
          those.length > 0 && (
            <Card key={kind} title={title} flush>
              <ul className="divide-y divide-line border-t border-line">
                {those.map((item) => (
                  <Entry key={`${item.origin}/${item.name}`} setting={item} mode={mode} onEdit={() => setOpen(item)} />
                ))}
              </ul>
            </Card>
          )
        )
      })}
    </div>
  )
}

function Entry({ setting, mode, onEdit }: { setting: Setting; mode: keyof typeof MODES; onEdit: () => void }) {
  const [deleting, setDeleting] = useState(false)
  const { kind, name } = setting
  const here = setting.origin === 'here'
  return (
    <li className="space-y-2 px-4 py-3" aria-label={`${kind} ${name}`}>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-48">
          <h3 className="font-semibold">
            <Name setting={setting} />
          </h3>
          <p className="text-sm text-muted">
            {setting.type !== null && <Outside>{`${setting.type} · `}</Outside>}
            {here ? (
              <>
                made here
                {setting.updated_at !== null && (
                  <>
                    , changed <Ago at={setting.updated_at} /> by <Outside>{setting.updated_by ?? ''}</Outside>
                  </>
                )}
              </>
            ) : (
              <>
                in the file, read-only · <Outside className="font-mono text-xs">{setting.defined_at ?? ''}</Outside>
              </>
            )}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {setting.in_force && <Try setting={setting} />}
          {here && mode !== 'file' && (
            <Button aria-label={`Change ${kind} ${name}`} onClick={onEdit}>
              Change
            </Button>
          )}
          {here && (
            <Button aria-label={`Delete ${kind} ${name}`} onClick={() => setDeleting(true)}>
              Delete …
            </Button>
          )}
        </div>
      </div>
      {!setting.in_force && (
        <Notice tone="missing" icon="failed" title="It can not be used">
          <Mistakes mistakes={setting.problems} />
        </Notice>
      )}
      <details>
        <summary className="cursor-pointer text-sm text-accent">What it says</summary>
        <pre className="mt-2 overflow-x-auto rounded-md border border-line bg-raised p-3 font-mono text-xs">
          {visibleLines(setting.yaml)}
        </pre>
      </details>
      {deleting && <DeleteDialog setting={setting} onClose={() => setDeleting(false)} />}
    </li>
  )
}

/** It leads to what is known of it. */
function Name({ setting: { kind, name, in_force } }: { setting: Setting }) {
  const link = 'underline-offset-4 hover:underline'
  if (in_force && kind === 'service')
    return (
      <Link to="/service" search={{ name }} className={link}>
        <Outside>{name}</Outside>
      </Link>
    )
  if (in_force && kind === 'source')
    return (
      <Link to="/" search={{ source: name }} className={link}>
        <Outside>{name}</Outside>
      </Link>
    )
  return <Outside>{name}</Outside>
}

/** One look at a source, one test message to a channel. */
function Try({ setting: { kind, name, type } }: { setting: Setting }) {
  const look = useAction(
    () => api.lookAtSource(name),
    ({ requested }) => `${plural(requested, 'scope')} of ${name} will be looked at now.`,
  )
  const test = useAction(
    () => api.testChannel(name),
    () => `A test is on its way: under Channels you see whether it arrives.`,
  )
  if (kind === 'channel')
    return (
      <Button busy={test.isPending} aria-label={`Send a test to ${name}`} onClick={() => test.mutate(undefined)}>
        Send test
      </Button>
    )
  if (kind !== 'source' || type === 'heartbeat') return null
  return (
    <Button busy={look.isPending} aria-label={`Look now at ${name}`} onClick={() => look.mutate(undefined)}>
      Look now
    </Button>
  )
}

const LOST: Record<SettingKind, string> = {
  source: 'Nobody looks there any more: its checks are retired, and their incidents closed.',
  service: 'What it asked of its backups is asked no more.',
  channel: 'Nobody is told by it any more.',
  route: 'What it matched goes where the other routes say.',
}

function DeleteDialog({ setting: { kind, name }, onClose }: { setting: Setting; onClose: () => void }) {
  const remove = useAction(api.deleteSetting, () => `${name} is deleted.`)
  return (
    <Dialog title={`Delete the ${kind} ${name}?`} onClose={onClose}>
      <p className="mt-3 text-sm text-muted">{LOST[kind]} Its secrets are gone with it.</p>
      <form
        className="mt-4 space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!remove.isPending) remove.mutate({ kind, name }, { onSuccess: onClose })
        }}
      >
        <FormEnd action={remove} verb="Delete" onCancel={onClose} />
      </form>
    </Dialog>
  )
}
