import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// What is waited for comes at once on an idle machine; on a busy one a second is not enough.
configure({ asyncUtilTimeout: 20_000 })
afterEach(cleanup)
