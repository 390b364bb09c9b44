import { expect, test } from 'vitest'
import { inBrowser, overflow, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'

const CANARY = 'canary-hunter2-e2e'

inBrowser('settings', () => {
  const open = useBrowser()

  test('a channel is written with its mistakes told, saved, shown without its secret, changed and deleted', async () => {
    await using api = await startSeededServer()
    const { page, troubles } = await open(`${api.url}/settings`)
    await page.getByRole('button', { name: 'Add an entry' }).click()
    expect(await page.evaluate('document.activeElement.labels[0].innerText')).toBe('Kind')
    await page.getByLabel('Kind').selectOption('channel')
    await page.getByLabel('Name').fill('pager')
    const yaml = page.getByLabel(/^Settings \(YAML/)
    await yaml.fill(`type: horn\nurll: https://h.example.com/${CANARY}`)
    await see(page.getByText('channels.pager.urll: unknown key "urll": did you mean "url"?'))
    await page.getByRole('button', { name: 'Line 2, column 1' }).click()
    await page.keyboard.type('# ')
    await until(() => yaml.inputValue()).toContain('\n# urll')

    await yaml.fill(`type: horn\nurl: https://h.example.com/${CANARY}`)
    await see(page.getByText('It is right.'))
    expect((await api.store.read.settings()).length).toBe(0)
    await page.getByRole('button', { name: 'Save' }).click()
    const entry = page.getByRole('listitem', { name: 'channel pager' })
    await see(entry.getByText('made here'))
    await entry.getByText('What it says').click()
    await see(entry.getByText('url: "[secret]"'))

    await entry.getByRole('button', { name: 'Change channel pager' }).click()
    await until(() => yaml.inputValue()).toBe('type: horn\nurl: "[secret]"\n')
    // it opens above, out of sight on a phone: the focus takes one there, and away when it is closed
    expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA')
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1')
    await entry.getByRole('button', { name: 'Change channel pager' }).click()
    await yaml.fill('type: horn\nurl: "[secret]"\ntitle: night')
    await see(page.getByText('write this secret again'))
    await yaml.fill('type: horn\nurl: "[secret]"\ntimeout: 5s')
    await see(page.getByText('It is right.'))
    await page.getByRole('button', { name: 'Save' }).click()
    await see(entry.getByText('timeout: 5s'))
    expect(await page.content()).not.toContain(CANARY)

    await page.setViewportSize({ width: 360, height: 740 })
    expect(await overflow(page)).toBe(0)

    await entry.getByRole('button', { name: 'Delete channel pager' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await entry.waitFor({ state: 'detached' })
    expect(await api.store.read.settings()).toEqual([])
    // a browser tells of each refusal, which the mistakes were
    expect(troubles.filter((trouble) => !trouble.includes('422'))).toEqual([])
  })
})
