/** What of the audit trail is asked for; empty texts ask for anything. */
export type AuditFilter = { actor: string; action: string; object: string; from: string; to: string }

export const noFilter: AuditFilter = { actor: '', action: '', object: '', from: '', to: '' }

export function isFiltered(filter: AuditFilter): boolean {
  return Object.values(filter).some((text) => text.trim())
}

/**
 * The query that asks for it. Days are those of this browser; the last one is asked for to its end. A recording may be named by its bare id.
 */
export function queryOf(filter: AuditFilter): Record<string, string> {
  const object = filter.object.trim()
  const query = {
    actor: filter.actor.trim(),
    action: filter.action.trim(),
    object: /^[0-9a-f-]{36}$/i.test(object) ? `recording:${object.toLowerCase()}` : object,
    from: dayStart(filter.from, 0),
    to: dayStart(filter.to, 1),
  }
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value))
}

function dayStart(day: string, add: number): string {
  const [year, month, date] = day.split('-').map(Number)
  if (!year || !month || !date) return ''
  return new Date(year, month - 1, date + add).toISOString()
}

/** The recording that an object of an act is, if it is one. */
export function recordingOf(object: string | null): string | undefined {
  return /^recording:([0-9a-f-]{36})$/.exec(object ?? '')?.[1]
}
