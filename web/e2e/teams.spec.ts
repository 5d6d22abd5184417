import { type BrowserContext, chromium, expect, type Frame, type Page, test } from '@playwright/test'

// Runs against a portal that is a tab in Teams for the pages of TEAMS_URL, which is another site, not for those of
// STRANGER_URL; its tenant acme has the OpenID provider "entra", of which TEAMS_TOKEN is an access token:
//   EARWITNESS_URL=… TEAMS_URL=… STRANGER_URL=… TEAMS_TOKEN=… EARWITNESS_CALL=… npx playwright test e2e/teams.spec.ts
const portal = process.env.EARWITNESS_URL ?? ''
const teams = process.env.TEAMS_URL ?? ''
const stranger = process.env.STRANGER_URL ?? ''
const token = process.env.TEAMS_TOKEN ?? ''
const call = process.env.EARWITNESS_CALL ?? ''
test.skip(!teams, 'no host of the tab is given')

const tab = `${portal}/teams?tenant=acme&provider=entra`

/** A browser that keeps no cookies of other sites' frames but partitioned ones. */
async function browse(use: (context: BrowserContext) => Promise<void>) {
  const browser = await chromium.launch({
    executablePath: process.env.EARWITNESS_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--test-third-party-cookie-phaseout'],
  })
  try {
    await use(await browser.newContext({ ignoreHTTPSErrors: true }))
  } finally {
    await browser.close()
  }
}

async function open(context: BrowserContext, host: string, src: string, given = ''): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${host}/#${new URLSearchParams({ src, token: given })}`)
  return page
}

function frameOf(page: Page): Frame {
  const frame = page.frame('tab')
  if (!frame) throw new Error('there is no frame')
  return frame
}

/** The session's cookies, as the browser keeps them. */
async function cookies(context: BrowserContext) {
  const all = await context.cookies()
  return all.filter(({ name }) => name.startsWith('earwitness-') && !name.startsWith('earwitness-openid'))
}

test('the token of Teams is exchanged for a session in the frame, whose cookie is partitioned', async () => {
  await browse(async (context) => {
    const page = await open(context, teams, tab, token)
    const inside = page.frameLocator('iframe')
    await expect(inside.getByRole('heading', { name: 'Calls', exact: true })).toBeVisible({ timeout: 60_000 })
    await expect(inside.getByText('Anna Berg').first()).toBeVisible()
    expect(await cookies(context)).toEqual([
      expect.objectContaining({
        name: 'earwitness-teams',
        httpOnly: true,
        secure: true,
        sameSite: 'None',
        path: '/api/v1',
        partitionKey: expect.stringContaining('https://localhost'),
      }),
    ])

    // An act in the frame needs the session's token, and then is done
    const plays = `/api/v1/recordings/${call}/plays`
    const post = (headers: Record<string, string>) =>
      frameOf(page).evaluate(
        async ([path, more]) => {
          const answer = await fetch(path as string, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', ...(more as Record<string, string>) },
            body: '{}',
          })
          return answer.status
        },
        [plays, headers] as const,
      )
    expect(await post({})).toBe(403)
    const csrf = await frameOf(page).evaluate(
      async () => ((await (await fetch('/api/v1/session')).json()) as { csrf: string }).csrf,
    )
    expect(await post({ 'X-CSRF-Token': csrf })).toBe(201)

    // A reload of the frame is signed in already
    await frameOf(page).goto(`${portal}/teams/calls`)
    await expect(inside.getByRole('heading', { name: 'Calls', exact: true })).toBeVisible()

    // In its own right the portal knows nobody: that is another partition
    const own = await context.newPage()
    await own.goto(`${portal}/`)
    await expect(own.getByLabel('Tenant')).toBeVisible()
  })
})

test('where Teams gives no token, a window signs in and the frame goes on', async () => {
  await browse(async (context) => {
    const page = await open(context, teams, tab)
    const inside = page.frameLocator('iframe')
    const window = context.waitForEvent('page')
    await inside.getByRole('button', { name: 'Sign in' }).click({ timeout: 60_000 })
    const opened = await window
    await expect(inside.getByRole('heading', { name: 'Calls', exact: true })).toBeVisible()
    if (!opened.isClosed()) await opened.waitForEvent('close')
    expect((await cookies(context)).map(({ name }) => name)).toEqual(['earwitness-teams'])
  })
})

test('a frame of another host, or of another page, stays empty', async () => {
  await browse(async (context) => {
    for (const [host, src] of [
      [stranger, tab],
      [teams, `${portal}/`],
      [teams, `${portal}/calls`],
    ] as const) {
      const page = await open(context, host, src, token)
      await expect.poll(() => frameOf(page).url()).toContain('chrome-error://')
      expect(await cookies(context)).toEqual([])
      await page.close()
    }
  })
})
