/** A ref that brings what just appeared into view, as in a dialog whose content is longer than it. */
export function intoView(element: Element | null) {
  element?.scrollIntoView?.({ block: 'nearest' })
}
