import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'

const CHROMIUM = '/usr/bin/chromium'
const isThere = existsSync(CHROMIUM)

/** Where nothing may be left out (CI), the tests run and fail without a browser. */
export const inBrowser: (name: string, tests: () => void) => void =
  isThere || process.env.CI
    ? (name, tests) => describe(name, tests)
    : (name, tests) => describe.skip(`${name} (left out: there is no ${CHROMIUM})`, tests)

export interface Opened {
  page: Page
  /** What went wrong in the page: exceptions, dialogues, refusals of the content security policy, errors on the console. */
  troubles: string[]
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser for the tests of one file; each page has a profile of its own. */
export function useBrowser(): (url: string, options?: BrowserContextOptions) => Promise<Opened> {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  })
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
  })
  afterAll(async () => {
    await browser?.close()
  })
  return async (url, options) => {
    if (!browser) throw new Error('the browser is not running')
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      timezoneId: 'Europe/Berlin',
      ...options,
    })
    context.setDefaultTimeout(45_000)
    const page = await context.newPage()
    const troubles: string[] = []
    page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`))
    page.on('dialog', (dialog) => {
      troubles.push(`dialogue: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text())
    })
    await page.goto(url)
    return { page, troubles }
  }
}

/** For a test that goes through dozens of pages, on a machine that does much else. */
export const MANY_PAGES = { timeout: 120_000 }

export const see = (locator: Locator) => locator.first().waitFor({ state: 'visible' })

/** Waits until `read` gives `expected`. */
export const until = (read: () => unknown) => expect.poll(read, { timeout: 30_000, interval: 50 })

export const queryOf = (page: Page) => decodeURIComponent(new URL(page.url()).search)

/** The names of the checks that are listed. */
export const listed = (page: Page) => page.locator('tbody th a').allTextContents()

export const rows = (page: Page) => page.locator('tbody tr')

/** How many pixels the page is wider than its window. */
export const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
