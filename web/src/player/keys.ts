/** What a key asks of the player. */
export type Command =
  | { type: 'toggle' }
  | { type: 'by'; seconds: number }
  | { type: 'start' }
  | { type: 'end' }

/** The command of a key on the position slider and the player's own controls. */
export function sliderCommand(key: string): Command | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return { type: 'by', seconds: 5 }
    case 'ArrowLeft':
    case 'ArrowDown':
      return { type: 'by', seconds: -5 }
    case 'PageUp':
      return { type: 'by', seconds: 30 }
    case 'PageDown':
      return { type: 'by', seconds: -30 }
    case 'Home':
      return { type: 'start' }
    case 'End':
      return { type: 'end' }
    default:
      return pageCommand(key)
  }
}

/** The command of a key anywhere on the page, where nothing else wants it. */
export function pageCommand(key: string): Command | undefined {
  switch (key) {
    case ' ':
    case 'k':
    case 'K':
      return { type: 'toggle' }
    case 'j':
    case 'J':
      return { type: 'by', seconds: -10 }
    case 'l':
    case 'L':
      return { type: 'by', seconds: 10 }
    default:
      return undefined
  }
}

/** Whether an element uses letter keys and the space bar itself. */
export function wantsKeys(element: Element | null, key: string): boolean {
  if (!element) return false
  if (
    element.closest('input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]')
  ) {
    return true
  }
  return key === ' ' && element.closest('button, a, summary, [role=button]') !== null
}

/** A position inside the audio. */
export function clampTime(seconds: number, duration: number): number {
  return Math.min(Math.max(0, seconds), Math.max(0, duration))
}

/** Instants for the time axis: at most {@code most}, a round number of seconds apart. */
export function ticks(duration: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200]
  const step = steps.find((s) => duration / s <= most) ?? 14_400
  const result: number[] = []
  for (let t = 0; t < duration; t += step) result.push(t)
  return result
}
