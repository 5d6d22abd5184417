// Builds and tests the web part for Maven: `node build.mjs build` and `node build.mjs test`.
// Each step is done only if what it depends on changed since it last succeeded, so that an unchanged
// tree costs no more than hashing it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE = [20, 19]
const root = dirname(fileURLToPath(import.meta.url))
const stamps = join(root, 'target', 'stamps')
const specification = join(root, '../portal-api/src/main/resources/io/earwitness/portal/openapi.json')

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < NODE[0] || (major === NODE[0] && minor < NODE[1])) {
  fail(
    `Node ${NODE.join('.')} or newer is needed to build the portal; this is Node ${process.versions.node}. ` +
      'Install a newer one (Debian: apt-get install nodejs npm; or https://nodejs.org) and put it first in PATH.',
  )
}

const dependencies = hash(
  ['package.json', 'package-lock.json'],
  `${process.version} ${process.platform} ${process.arch}`,
)
const configuration = ['tsconfig.json', 'vite.config.ts', 'index.html', specification]
const sources = hash([...configuration, 'src', 'public'], dependencies)
const checked = hash(['biome.json', 'build.mjs', 'playwright.config.ts', 'e2e'], sources)

switch (process.argv[2]) {
  case 'build':
    install()
    step('build', sources, 'target/dist/index.html', () => {
      npm('run', 'generate')
      npm('run', 'typecheck')
      npm('run', 'build')
    })
    break
  case 'test':
    install()
    step('test', checked, undefined, () => {
      npm('run', 'lint')
      return closingLines(npm('run', 'test'))
    })
    break
  default:
    fail('Usage: node build.mjs build|test')
}

function install() {
  // The stamp lies inside node_modules, so that it goes when they go.
  step(
    'npm ci',
    dependencies,
    'node_modules/.package-lock.json',
    () => {
      console.log('web: installing the dependencies of the lock file; the first time takes a minute')
      npm('ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline')
    },
    join(root, 'node_modules', '.earwitness-stamp'),
  )
}

/** Does some work unless it succeeded before with the same inputs. */
function step(name, inputs, product, work, stamp = join(stamps, name)) {
  const done = existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''
  const [hashed, ...closing] = done.split('\n')
  if (hashed === inputs && (product === undefined || existsSync(join(root, product)))) {
    console.log(`web: ${name} is up to date${closing.length > 0 ? `: ${closing.join('; ')}` : ''}`)
    return
  }
  rmSync(stamp, { force: true })
  const result = work() ?? []
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, [inputs, ...result].join('\n'))
}

/** The runner's own counts, to be shown again where nothing needs to run again. */
function closingLines(output) {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(Test Files|Tests) /.test(line))
}

function npm(...args) {
  const result = spawnSync('npm', ['--loglevel=error', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, CI: '1', PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', NO_COLOR: '1' },
  })
  process.stdout.write(result.stdout ?? '')
  if (result.error) {
    fail(`npm can't be started (${result.error.message}). It comes with Node; install it and try again.`)
  }
  if (result.status !== 0) {
    fail(`npm ${args.join(' ')} ended with status ${result.status}; what it said stands above.`)
  }
  return result.stdout
}

function hash(paths, salt) {
  const digest = createHash('sha256').update(salt)
  for (const file of paths.map((path) => join(path.startsWith('/') ? '' : root, path)).flatMap(walk)) {
    digest.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file))
  }
  return digest.digest('hex')
}

function walk(path) {
  // Generated from the specification, which is hashed itself.
  if (!existsSync(path) || path.endsWith('schema.d.ts')) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => walk(join(path, name)))
}

function fail(message) {
  console.error(`web: ${message}`)
  process.exit(1)
}
