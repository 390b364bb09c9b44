import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import { MailServer } from '../fakes/mail-server.ts'
import { backproof, run } from '../fakes/program.ts'
import { Receiver } from '../fakes/receiver.ts'

const directory = mkdtempSync(join(tmpdir(), 'backproof-alerts-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const body = z.object({
  data: z.object({
    items: z.array(
      z.object({
        event: z.object({ kind: z.string() }),
        incident: z.object({ type: z.string(), severity: z.string() }),
        subject: z.object({ kind: z.string(), name: z.string() }),
        advice: z.string().nullish(),
      }),
    ),
  }),
})

it('what is wrong with services reaches people once, through kills and restarts, until it is mended', {
  timeout: 120_000,
}, async () => {
  await using hook = await Receiver.start()
  await using slack = await Receiver.start((response) => response.end('ok'))
  await using mail = await MailServer.start({ authOptional: true, disabledCommands: ['STARTTLS'] })
  mkdirSync(join(directory, 'stamps'))
  for (const name of ['near', 'far']) writeFileSync(join(directory, 'stamps', name), '')
  const path = join(directory, 'backproof.yaml')
  const configure = (owner: string) =>
    writeFileSync(
      path,
      `server: { listen: "127.0.0.1:0" }
sources:
  marks: { type: files, every: 1s, max_age: 9d, files: { near: { stamp: stamps/near }, far: { stamp: stamps/far } } }
services:
  shop:
    tier: 1
${owner}    rpo: 9d
    rto: 1h
    production: { site: dc-a, medium: disk }
    retention: { last: 1 }
    copies:
      - { type: nas, location: dc-a / nas, check: marks/near, encryption: none, immutable: true }
      - { type: s3, location: dc-b / s3, check: marks/far, encryption: age }
    rules: { encryption: { severity: info }, key-access: { severity: critical } }
channels:
  hook: { type: webhook, url: "${hook.url}/hook" }
  chat: { type: slack, webhook_url: "${slack.url}/chat" }
  mail: { type: email, host: 127.0.0.1, port: ${mail.port}, tls: none, from: b@example.com, to: [ann@example.com] }
routes:
  - { match: { severity: critical }, to: chat, continue: true }
  - { match: { type: service }, to: [hook, mail] }
`,
    )
  configure('')
  const args = ['serve', '--config', path, '--data', join(directory, 'data')]
  const told = () =>
    hook.requests.map((request) =>
      body
        .parse(JSON.parse(request.body))
        .data.items.map(
          ({ event, incident, subject }) => `${event.kind} ${incident.type} ${incident.severity} ${subject.name}`,
        ),
    )

  const first = backproof(args)
  await expect.poll(() => [told().length, slack.requests.length, mail.mails.length]).toEqual([1, 1, 1])
  expect(told()).toEqual([['opened SERVICE_KEY_ACCESS critical shop', 'opened SERVICE_OWNERSHIP warning shop']])
  expect(slack.last.body).toContain(
    'CRITICAL · shop (service, tier 1), key-access: Nobody has written down who can decrypt the copies.',
  )
  expect(slack.last.body).toContain('What to do: Document break-glass access')
  expect(slack.last.body).not.toContain('belongs to nobody')
  expect(mail.mails[0]?.source).toMatch(/Subject: \[Backproof\] 1 critical, 1 warning: shop/)
  first.child.kill('SIGKILL')
  await first.ended

  const status = await run(['status', '--config', path, '--data', join(directory, 'data')])
  expect(status.stderr).toContain(
    'Unresolved incidents of services and sources: shop (SERVICE_KEY_ACCESS), shop (SERVICE_OWNERSHIP).',
  )

  // another life knows that all was told, and hears of the owner, who is told by the file
  const second = backproof(args)
  await second.said('ready')
  // the file may be watched a moment later
  const reloaded = () => {
    configure('    owner: ann\n')
    return second.stdout() + second.stderr()
  }
  await expect.poll(reloaded, { interval: 1000 }).toContain('the configuration was reloaded')
  await expect.poll(() => told().length).toBe(2)
  expect(told()[1]).toEqual(['resolved SERVICE_OWNERSHIP warning shop'])
  expect(slack.requests).toHaveLength(1)
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
})
