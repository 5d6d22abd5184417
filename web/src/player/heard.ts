/** A span of the call in seconds from its beginning. */
export type Span = { from: number; to: number }

/** What the server takes at once; of more, those nearest to each other become one. */
const MAX_SPANS = 500

/** Notes which spans of a call were played. */
export class Heard {
  private spans: Span[] = []
  private last: number | undefined

  /** Playback reached a position; since the last one it went on without a jump. */
  reach(seconds: number) {
    if (this.last !== undefined && seconds > this.last) this.add({ from: this.last, to: seconds })
    this.last = seconds
  }

  /** Playback goes on elsewhere, or stops. */
  jump() {
    this.last = undefined
  }

  /** What was played since the last time that this was asked. */
  take(): Span[] {
    const taken = this.spans
    this.spans = []
    this.last = undefined
    return taken
  }

  private add({ from, to }: Span) {
    const apart = this.spans.filter((span) => span.to < from || span.from > to)
    const met = this.spans.filter((span) => span.to >= from && span.from <= to)
    apart.push({
      from: Math.min(from, ...met.map((span) => span.from)),
      to: Math.max(to, ...met.map((span) => span.to)),
    })
    this.spans = apart.sort((a, b) => a.from - b.from)
    if (this.spans.length > MAX_SPANS) this.joinNearest()
  }

  private joinNearest() {
    let nearest = 1
    const gap = (index: number) => (this.spans[index]?.from ?? 0) - (this.spans[index - 1]?.to ?? 0)
    for (let i = 2; i < this.spans.length; i++) if (gap(i) < gap(nearest)) nearest = i
    const [left, right] = this.spans.slice(nearest - 1, nearest + 1)
    if (left && right) this.spans.splice(nearest - 1, 2, { from: left.from, to: right.to })
  }
}
