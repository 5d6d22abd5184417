import { mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'

const SHOTS = 'target/screenshots'
mkdirSync(SHOTS, { recursive: true })

function needed(name: string): string {
  const value = process.env[name]
  if (!value) {
    throw new Error(`${name} is not set: give the address and the sign-ins, see playwright.config.ts`)
  }
  return value
}

async function signIn(page: Page, password = needed('EARWITNESS_PASSWORD')) {
  await signInAs(page, needed('EARWITNESS_TENANT'), needed('EARWITNESS_USER'), password)
}

async function signInAs(page: Page, tenant: string, user: string, password: string) {
  needed('EARWITNESS_URL')
  await page.goto('/')
  await page.getByLabel('Tenant').fill(tenant)
  await page.getByLabel('User name').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** The menu of the signed-in person: the only button of the page's header. */
const account = (page: Page) => page.getByRole('banner').getByRole('button').last()

/** Searches archived calls and opens the newest by keyboard. */
async function openCall(page: Page) {
  await signIn(page)
  await expect(account(page)).toBeVisible()
  await page.goto('/calls?state=archived')
  await expect(page.getByRole('status')).toContainText(/[1-9]\d* calls?/)
  await page.getByRole('grid', { name: 'Calls' }).getByRole('row').nth(1).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Player' })).toBeVisible()
}

const audio = (page: Page) => page.locator('audio')
const currentTime = (page: Page) => audio(page).evaluate((a: HTMLAudioElement) => a.currentTime)

async function shoot(page: Page, name: string) {
  await page.screenshot({ path: `${SHOTS}/${name}.png` })
}

/** The dummies are Fluent's focus traps; preload would make axe fetch what the policy forbids. */
async function accessible(page: Page) {
  const result = await new AxeBuilder({ page })
    .options({ preload: false })
    .exclude('[data-tabster-dummy]')
    .analyze()
  expect(result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`)).toEqual([])
}

/** Everything that a page says is wrong, content security violations among it, fails the test. */
test.beforeEach(async ({ page }) => {
  const errors: string[] = []
  page.on('console', (message) => {
    // A refused sign-in is a 401 that the browser reports, too.
    if (message.type() === 'error' && !/status of 40[19]/.test(message.text())) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  Object.assign(page, { errors })
})
test.afterEach(({ page }) => {
  expect((page as Page & { errors: string[] }).errors).toEqual([])
})

test('a wrong password is refused without saying what was wrong', async ({ page }) => {
  await signIn(page, 'certainly not the password')
  await expect(page.getByRole('alert')).toHaveText('Tenant, user name or password is wrong.')
  await accessible(page)
  await shoot(page, 'sign-in-refused')
})

test('an officer finds a call as the words are typed, and a search without hits says what to do', async ({
  page,
}) => {
  await signIn(page)
  await expect(page.getByRole('grid', { name: 'Calls' })).toBeVisible()
  await accessible(page)
  await shoot(page, 'search')

  const rows = page.getByRole('grid', { name: 'Calls' }).getByRole('row')
  const number = await rows
    .nth(1)
    .getByRole('gridcell')
    .nth(2)
    .innerText()
    .then((text) => text.split('\n').at(-1) ?? '')
  await page.getByLabel('Search', { exact: true }).pressSequentially(number)
  await expect(page).toHaveURL(/q=/)
  await expect(page.getByRole('status')).toContainText(/[1-9]\d* calls?/)

  await page.getByLabel('Search', { exact: true }).fill('zzzzqqqq')
  await expect(page.getByText('No call matches')).toBeVisible()
  await accessible(page)
  await page.getByRole('button', { name: 'Clear all filters' }).click()
  await expect(rows.nth(1)).toBeVisible()
})

test('an operator sees the recording clients and what they do otherwise than the RFCs say', async ({
  page,
}) => {
  await signInAs(page, 'platform', needed('EARWITNESS_OPERATOR'), needed('EARWITNESS_OPERATOR_PASSWORD'))
  await expect(page.getByRole('heading', { name: 'Session recording clients' })).toBeVisible()
  // Nobody but the platform's people
  await expect(page.getByRole('link', { name: 'Calls' })).toBeHidden()
  const first = page.getByRole('region', { name: 'Clients' }).getByRole('button').first()
  await first.click()
  await expect(first).toHaveAttribute('aria-expanded', 'true')
  await expect(
    page.getByRole('list', { name: /^Deviations of / }).or(page.getByText(/^Nothing that this client sent/)),
  ).toBeVisible()
  await accessible(page)
  await shoot(page, 'recording-clients')
})

test('the arrow keys move in the list and coming back takes up there', async ({ page }) => {
  await signIn(page)
  const rows = page.getByRole('grid', { name: 'Calls' }).getByRole('row')
  await expect(rows.nth(1)).toBeVisible()
  // Behind the head; where there is one call only, the arrow stays on it.
  const next = rows.nth(Math.min(2, (await rows.count()) - 1))
  const id = await next.getAttribute('data-id')
  await rows.nth(1).focus()
  await page.keyboard.press('ArrowDown')
  await expect(next).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/calls/${id}`))
  await page.getByRole('button', { name: 'Calls' }).click()
  await expect(page.locator(`[data-id="${id}"]`)).toBeFocused()
})

test('an officer plays a call and hears it', async ({ page }) => {
  await openCall(page)
  await accessible(page)

  // Before anything plays, nothing of the audio was fetched: looking is not listening.
  expect(await audio(page).getAttribute('src')).toBeNull()
  const slider = page.getByRole('slider', { name: 'Position' })
  const length = Number(await slider.getAttribute('aria-valuemax'))
  expect(length).toBeGreaterThan(2)

  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => currentTime(page)).toBeGreaterThan(0.3)
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible()

  const peak = await audio(page).evaluate(async (element: HTMLAudioElement) => {
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    context.createMediaElementSource(element).connect(analyser).connect(context.destination)
    const samples = new Float32Array(analyser.fftSize)
    let loudest = 0
    for (let i = 0; i < 200 && loudest <= 0.02; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      if (element.ended) {
        element.currentTime = 0
        await element.play()
      }
      analyser.getFloatTimeDomainData(samples)
      for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample))
    }
    return loudest
  })
  expect(peak).toBeGreaterThan(0.02)
  // From the start again: a short call may have ended while a busy machine was listening.
  await audio(page).evaluate((element: HTMLAudioElement) => {
    element.currentTime = 0
    return element.play()
  })
  await expect.poll(() => currentTime(page)).toBeGreaterThan(0.3)
  await shoot(page, 'player')
})

test('an officer seeks by keys and by pointer, and playback goes on from there', async ({ page }) => {
  await openCall(page)
  const slider = page.getByRole('slider', { name: 'Position' })
  const length = Number(await slider.getAttribute('aria-valuemax'))
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => currentTime(page)).toBeGreaterThan(0)
  await page.keyboard.press('k')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()

  await slider.focus()
  await page.keyboard.press('Home')
  await expect.poll(() => currentTime(page)).toBe(0)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => currentTime(page)).toBeCloseTo(Math.min(5, length), 0)
  await page.keyboard.press('j')
  await expect.poll(() => currentTime(page)).toBe(0)

  const box = await slider.boundingBox()
  if (!box) throw new Error('the waveform has no size')
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 4)
  await expect.poll(() => currentTime(page)).toBeGreaterThan(length / 2 - 1)
  const half = await currentTime(page)
  expect(half).toBeLessThan(length / 2 + 1)
  await page.keyboard.press(' ')
  await expect.poll(() => currentTime(page)).toBeGreaterThan(half)
  await expect(slider).toHaveAttribute('aria-valuetext', /of/)
})

test('one side can be silenced', async ({ page }) => {
  await openCall(page)
  await page.getByRole('button', { name: 'Mute Right' }).click()
  await expect(page.getByRole('button', { name: 'Unmute Right' })).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => currentTime(page)).toBeGreaterThan(0.2)
})

test('the manifest and the sealed object can be taken away, and the audio is offered', async ({ page }) => {
  await openCall(page)
  for (const [name, file] of [
    [/Signed manifest/, /manifest-\d+\.p7$/],
    [/Encrypted audio/, /media\.cms$/],
  ] as const) {
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name }).click()
    expect((await download).suggestedFilename()).toMatch(file)
  }
  // A download would put plain audio on this machine's disk, so its header has to do.
  const link = page.getByRole('link', { name: /Download (FLAC|Opus)/ })
  const head = await page.request.head((await link.getAttribute('href')) ?? '')
  expect(head.status()).toBe(200)
  expect(head.headers()['content-disposition']).toMatch(/attachment; filename="[\w-]+\.(flac|webm)"/)
  expect(Number(head.headers()['content-length'])).toBeGreaterThan(1000)
})

for (const theme of ['Dark', 'High contrast']) {
  test(`the portal is accessible in the theme ${theme}`, async ({ page }) => {
    await openCall(page)
    await account(page).click()
    await page.getByRole('menuitemradio', { name: theme }).click()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('menu')).toHaveCount(0)
    await accessible(page)
    await shoot(page, `call-${theme.toLowerCase().replace(' ', '-')}`)
    await page.getByRole('button', { name: 'Calls' }).click()
    await expect(page.getByRole('grid', { name: 'Calls' })).toBeVisible()
    await accessible(page)
    await shoot(page, `search-${theme.toLowerCase().replace(' ', '-')}`)
  })
}

test('a person sees the own sessions, and ends one', async ({ page, browser }) => {
  const other = await browser.newPage()
  await signIn(other)
  await expect(account(other)).toBeVisible()
  await signIn(page)
  await account(page).click()
  await page.getByRole('menuitem', { name: 'Sign-in and sessions' }).click()
  const sessions = page.getByRole('table', { name: 'Open sessions' })
  await expect(sessions.getByText('This one')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Set up a second factor' })).toBeVisible()
  await accessible(page)
  await shoot(page, 'security')
  // The newest stands first, and the one before is the other browser's
  await sessions.getByRole('row').nth(2).getByRole('button').click()
  await other.goto('/calls')
  await expect(other.getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('signing out forgets what was shown', async ({ page }) => {
  await signIn(page)
  await expect(page.getByRole('grid', { name: 'Calls' })).toBeVisible()
  await account(page).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await page.goto('/calls')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
})
