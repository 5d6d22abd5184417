type Kind = 'localStorage' | 'sessionStorage'

/** What was kept in the browser; null also where a frame may keep nothing, and only asking throws. */
export function kept(kind: Kind, key: string): string | null {
  try {
    return window[kind].getItem(key)
  } catch {
    return null
  }
}

/** Keeps something in the browser, if it may be kept. */
export function keep(kind: Kind, key: string, value: string): void {
  try {
    window[kind].setItem(key, value)
  } catch {
    // It is a convenience only
  }
}
