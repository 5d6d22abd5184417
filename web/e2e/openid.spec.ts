import { expect, type Page, test } from '@playwright/test'

// Runs against a portal whose tenant has the OpenID provider "Acme ID", a Keycloak with the realm of KeycloakTest:
//   EARWITNESS_URL=… EARWITNESS_TENANT=… EARWITNESS_ISSUER=… npx playwright test e2e/openid.spec.ts
const issuer = process.env.EARWITNESS_ISSUER ?? ''
test.skip(!issuer, 'no OpenID provider is given')

async function leave(page: Page) {
  await page.goto('/')
  await page.getByLabel('Tenant').fill(process.env.EARWITNESS_TENANT ?? '')
  await page.getByRole('link', { name: 'Sign in with Acme ID' }).click()
  await expect(page).toHaveURL(new RegExp(`^${issuer}`))
}

async function enter(page: Page, user: string, password: string) {
  await page.locator('#username').fill(user)
  await page.locator('#password').fill(password)
  await page.locator('#kc-login').click()
}

const account = (page: Page) => page.getByRole('banner').getByRole('button').last()

/** Olga's groups make her an officer. */
async function olga(page: Page) {
  await leave(page)
  await enter(page, 'olga', "olga's own password")
  await expect(account(page)).toHaveText(/Olga Orlova/)
}

test('an officer signs in by the provider, is known after a reload, and signs out in both places @first', async ({
  page,
  context,
}) => {
  await leave(page)
  await enter(page, 'olga', 'certainly not the password')
  await expect(page.getByText('Invalid username or password')).toBeVisible()
  await enter(page, 'olga', "olga's own password")
  await expect(page.getByRole('heading', { name: 'Calls', exact: true })).toBeVisible()
  await expect(account(page)).toHaveText(/Olga Orlova/)
  // The session's cookie is Strict, and it came at the end of a way from another site
  const cookie = (await context.cookies()).find((each) => each.name === 'earwitness-session')
  expect(cookie?.sameSite).toBe('Strict')
  expect(cookie?.httpOnly).toBe(true)
  await page.reload()
  await expect(account(page)).toHaveText(/Olga Orlova/)

  await page.goto('/security')
  const sessions = page.getByRole('table', { name: 'Open sessions' })
  await expect(sessions.getByText('Identity provider (keycloak)')).toBeVisible()
  await expect(page.getByText('A second factor is its matter')).toBeVisible()

  await account(page).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  // There, too: the provider asks for the password again
  await leave(page)
  await expect(page.locator('#password')).toBeVisible()
})

test('nobody gets in whom no group gives a role, and whom the provider logs out is out @first', async ({
  browser,
}) => {
  const stranger = await browser.newPage()
  await leave(stranger)
  await enter(stranger, 'pete', "pete's own password")
  await expect(stranger.getByRole('alert')).toContainText('You have no account here')
  await expect(account(stranger)).toHaveCount(0)

  const context = await browser.newContext()
  const page = await context.newPage()
  await olga(page)
  // At the provider itself, whose page knows nothing of ours: it tells the portal behind the browser's back
  const other = await context.newPage()
  await other.goto(`${issuer}/protocol/openid-connect/logout`)
  await other.locator('#kc-logout').click()
  await expect(other.getByRole('heading', { name: 'You are logged out' })).toBeVisible()
  await page.goto('/calls')
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
})

test('an officer signs in by a key that was not there before @again', async ({ page }) => {
  await olga(page)
  await expect(page.getByRole('heading', { name: 'Calls', exact: true })).toBeVisible()
})

test('whose account is not active is told so @inactive', async ({ page, context }) => {
  await leave(page)
  await enter(page, 'olga', "olga's own password")
  await expect(page.getByRole('alert')).toContainText('Your account is not active')
  expect((await context.cookies()).some((each) => each.name === 'earwitness-session')).toBe(false)
})
