import { tokens } from '@fluentui/react-components'

/** The product's mark: a waveform. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="5" fill={tokens.colorBrandBackground} />
      <g stroke={tokens.colorNeutralForegroundOnBrand} strokeWidth="2" strokeLinecap="round">
        <path d="M5 10.5v3M8.5 7.5v9M12 5v14M15.5 8.5v7M19 10.5v3" />
      </g>
    </svg>
  )
}
