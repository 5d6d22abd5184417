/** The row that a key moves to; undefined if the key moves nothing. */
export function moveActive(key: string, active: number, last: number, page: number): number | undefined {
  if (last < 0) return undefined
  const clamp = (row: number) => Math.min(last, Math.max(0, row))
  switch (key) {
    case 'ArrowDown':
      return clamp(active + 1)
    case 'ArrowUp':
      return clamp(active - 1)
    case 'PageDown':
      return clamp(active + page)
    case 'PageUp':
      return clamp(active - page)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}
