import { createContext, useContext } from 'react'
import type { Session } from '../api/client'

export const SessionContext = createContext<Session | undefined>(undefined)

/** The session of the signed-in person; only below the signed-in part of the page. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) {
    throw new Error('useSession outside a session')
  }
  return session
}
