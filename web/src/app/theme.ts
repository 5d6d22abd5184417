import {
  type Theme,
  teamsDarkTheme,
  teamsHighContrastTheme,
  teamsLightTheme,
} from '@fluentui/react-components'
import { createContext, useEffect, useState, useSyncExternalStore } from 'react'
import { keep, kept } from '../lib/storage'

export type ThemeName = 'system' | 'light' | 'dark' | 'contrast'

export const themeNames: Record<ThemeName, string> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
  contrast: 'High contrast',
}

const themes: Record<Exclude<ThemeName, 'system'>, Theme> = {
  light: teamsLightTheme,
  dark: teamsDarkTheme,
  contrast: teamsHighContrastTheme,
}

/** The theme's values, for what is drawn on a canvas and so can't use its CSS variables. */
export const ThemeContext = createContext<Theme>(teamsLightTheme)

const KEY = 'earwitness-theme'

/** The chosen theme, kept in this browser; by default the one that the system asks for. */
export function useTheme() {
  const [name, setName] = useState<ThemeName>(() => {
    const before = kept('localStorage', KEY)
    return before !== null && before in themeNames ? (before as ThemeName) : 'system'
  })
  const dark = useMedia('(prefers-color-scheme: dark)')
  const contrast = useMedia('(forced-colors: active)')
  const shown = name !== 'system' ? name : contrast ? 'contrast' : dark ? 'dark' : 'light'

  useEffect(() => {
    document.documentElement.style.colorScheme = shown === 'light' ? 'light' : 'dark'
    document.body.style.backgroundColor = themes[shown].colorNeutralBackground2
  }, [shown])

  return {
    name,
    shown,
    theme: themes[shown],
    choose(next: ThemeName) {
      keep('localStorage', KEY, next)
      setName(next)
    },
  }
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    },
    () => window.matchMedia(query).matches,
  )
}
