import { choosePreference, readPreference } from './preferences.ts'

export const themes = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['light-high-contrast', 'Light, high contrast'],
  ['dark-high-contrast', 'Dark, high contrast'],
  ['light-colorblind', 'Light, for red and green blindness'],
  ['dark-colorblind', 'Dark, for red and green blindness'],
  ['light-tritanopia', 'Light, for blue blindness'],
  ['dark-tritanopia', 'Dark, for blue blindness'],
] as const

export type Theme = (typeof themes)[number][0]

const name = 'theme'

/** The colours of themes that few choose, loaded when they are. */
const rareThemes: Partial<Record<Theme, () => Promise<unknown>>> = {
  'light-high-contrast': () =>
    import('@primer/primitives/dist/css/functional/themes/light-high-contrast.css'),
  'dark-high-contrast': () =>
    import('@primer/primitives/dist/css/functional/themes/dark-high-contrast.css'),
  'light-colorblind': () =>
    import('@primer/primitives/dist/css/functional/themes/light-colorblind.css'),
  'dark-colorblind': () =>
    import('@primer/primitives/dist/css/functional/themes/dark-colorblind.css'),
  'light-tritanopia': () =>
    import('@primer/primitives/dist/css/functional/themes/light-tritanopia.css'),
  'dark-tritanopia': () =>
    import('@primer/primitives/dist/css/functional/themes/dark-tritanopia.css'),
}

/** Sets the colours of the page as they were chosen; by the system if nothing was. */
export async function applyTheme(): Promise<void> {
  const theme = readPreference(name)
  await rareThemes[theme]?.()
  const { dataset } = document.documentElement
  dataset.colorMode = theme === 'system' ? 'auto' : theme.startsWith('dark') ? 'dark' : 'light'
  dataset.lightTheme = theme.startsWith('light') ? toPrimer(theme) : 'light'
  dataset.darkTheme = theme.startsWith('dark') ? toPrimer(theme) : 'dark'
}

const toPrimer = (theme: string): string => theme.replaceAll('-', '_')

export function chooseTheme(theme: Theme): void {
  choosePreference(name, theme)
  void applyTheme()
}
