/** Below which pages may be in a frame of Teams. */
export const TEAMS = '/teams'

/** Where the window ends in which somebody signs in. */
const SIGNED_IN = `${TEAMS}/signed-in`

/** Whether this page is the tab in Teams, and not the window that it opens. */
export function isTab(): boolean {
  return (location.pathname === TEAMS || location.pathname.startsWith(`${TEAMS}/`)) && !isSignInWindow()
}

export function isSignInWindow(): boolean {
  return location.pathname === SIGNED_IN
}
