import { describe, expect, it } from 'vitest'
import { Heard } from './heard'

describe('Heard', () => {
  it('joins what was played in one go', () => {
    const heard = new Heard()
    for (const second of [0, 0.25, 0.5, 3]) heard.reach(second)
    expect(heard.take()).toEqual([{ from: 0, to: 3 }])
  })

  it('leaves out what was jumped over, and counts once what was played twice', () => {
    const heard = new Heard()
    heard.reach(10)
    heard.reach(20)
    heard.jump()
    heard.reach(60)
    heard.reach(61)
    heard.jump()
    heard.reach(15)
    heard.reach(30)
    expect(heard.take()).toEqual([
      { from: 10, to: 30 },
      { from: 60, to: 61 },
    ])
  })

  it('begins anew when it was asked', () => {
    const heard = new Heard()
    heard.reach(1)
    heard.reach(2)
    heard.take()
    heard.reach(5)
    expect(heard.take()).toEqual([])
  })

  it('keeps to what the server takes, saying too much rather than too little', () => {
    const heard = new Heard()
    for (let i = 0; i < 501; i++) {
      heard.reach(i * 10)
      heard.reach(i * 10 + (i === 7 ? 9 : 5))
      heard.jump()
    }
    const spans = heard.take()
    expect(spans).toHaveLength(500)
    expect(spans[7]).toEqual({ from: 70, to: 85 })
  })
})
