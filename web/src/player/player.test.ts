import { describe, expect, it } from 'vitest'
import { clampTime, pageCommand, sliderCommand, ticks, wantsKeys } from './keys'
import { parseWaveform, scaled, stretched } from './waveform'

describe('keys', () => {
  it('space and k play, j and l jump ten seconds, anywhere on the page', () => {
    expect(pageCommand(' ')).toEqual({ type: 'toggle' })
    expect(pageCommand('k')).toEqual({ type: 'toggle' })
    expect(pageCommand('j')).toEqual({ type: 'by', seconds: -10 })
    expect(pageCommand('L')).toEqual({ type: 'by', seconds: 10 })
    expect(pageCommand('ArrowRight')).toBeUndefined()
  })

  it('arrows, page keys, home and end move on the slider', () => {
    expect(sliderCommand('ArrowRight')).toEqual({ type: 'by', seconds: 5 })
    expect(sliderCommand('ArrowLeft')).toEqual({ type: 'by', seconds: -5 })
    expect(sliderCommand('PageUp')).toEqual({ type: 'by', seconds: 30 })
    expect(sliderCommand('Home')).toEqual({ type: 'start' })
    expect(sliderCommand('End')).toEqual({ type: 'end' })
    expect(sliderCommand('k')).toEqual({ type: 'toggle' })
    expect(sliderCommand('Tab')).toBeUndefined()
  })

  it('are left to fields that are typed into, and the space bar to buttons', () => {
    document.body.innerHTML = '<input id=i><button id=b><span id=s></span></button><div id=d></div>'
    const at = (id: string) => document.getElementById(id)
    expect(wantsKeys(at('i'), 'k')).toBe(true)
    expect(wantsKeys(at('s'), ' ')).toBe(true)
    expect(wantsKeys(at('s'), 'k')).toBe(false)
    expect(wantsKeys(at('d'), ' ')).toBe(false)
    expect(wantsKeys(null, ' ')).toBe(false)
  })
})

describe('positions', () => {
  it('stay inside the audio', () => {
    expect([-1, 0, 5, 11].map((t) => clampTime(t, 10))).toEqual([0, 0, 5, 10])
    expect(clampTime(3, 0)).toBe(0)
  })

  it('on the axis are round and not too many', () => {
    expect(ticks(9, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(ticks(61, 10)).toEqual([0, 10, 20, 30, 40, 50, 60])
    expect(ticks(7200, 10)).toEqual([0, 900, 1800, 2700, 3600, 4500, 5400, 6300])
    expect(ticks(0, 10)).toEqual([])
  })
})

describe('peaks', () => {
  it('are raised by one factor for both sides, so that loudness can be compared', () => {
    const [left, right] = scaled([Float32Array.of(0.1, 0.2), Float32Array.of(0.05, 0)])
    expect(left?.[1]).toBeCloseTo(0.95)
    expect(right?.[0]).toBeCloseTo(0.95 / 4)
  })

  it('of silence stay silence, and of noise are not blown up', () => {
    expect([...(scaled([Float32Array.of(0, 0)])[0] ?? [])]).toEqual([0, 0])
    expect(scaled([Float32Array.of(0.001)])[0]?.[0]).toBeCloseTo(0.012)
  })
})

describe('peaks of short calls', () => {
  it('are drawn out between the measured ones, which stay', () => {
    expect([...stretched(Float32Array.of(0, 1, 0.5), 5)]).toEqual([0, 0.5, 1, 0.75, 0.5])
    const long = new Float32Array(9)
    expect(stretched(long, 5)).toBe(long)
    expect(stretched(Float32Array.of(1), 5)).toHaveLength(1)
  })
})

describe('the waveform object', () => {
  // The test vector of docs/formats/waveform.md.
  const vector = '504b5331 0002 0014 00000003 ff0100 00ff80'.replaceAll(' ', '')
  const bytes = (hex: string) =>
    Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)).buffer

  it('holds the peaks of each channel', () => {
    const { peaksPerSecond, channels } = parseWaveform(bytes(vector))
    expect(peaksPerSecond).toBe(20)
    expect(channels.map((channel) => [...channel].map((peak) => Math.round(peak * 255)))).toEqual([
      [255, 1, 0],
      [0, 255, 128],
    ])
  })

  it('is refused when it is cut short or something else', () => {
    expect(() => parseWaveform(bytes(vector.slice(0, -2)))).toThrow('cut short')
    expect(() => parseWaveform(bytes(`00${vector.slice(2)}`))).toThrow('unknown format')
    expect(() => parseWaveform(bytes(''))).toThrow('unknown format')
  })
})
