import { defineConfig } from '@playwright/test'

// Runs against a portal that is up and has at least two archived calls, with a compliance officer's sign-in and an
// operator's:
//   EARWITNESS_URL=http://127.0.0.1:8080 EARWITNESS_TENANT=… EARWITNESS_USER=… EARWITNESS_PASSWORD=… \
//   EARWITNESS_OPERATOR=… EARWITNESS_OPERATOR_PASSWORD=… npx playwright test
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'target/playwright',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  reporter: 'list',
  use: {
    baseURL: process.env.EARWITNESS_URL,
    viewport: { width: 1360, height: 860 },
    launchOptions: {
      executablePath: process.env.EARWITNESS_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
    },
  },
})
