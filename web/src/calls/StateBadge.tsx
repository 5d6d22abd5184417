import { Badge } from '@fluentui/react-components'
import {
  ArchiveRegular,
  CheckmarkRegular,
  DismissRegular,
  ErrorCircleRegular,
  RecordRegular,
  SubtractCircleRegular,
  WarningRegular,
} from '@fluentui/react-icons'
import type { ReactElement } from 'react'
import type { CallState } from '../api/client'
import { states } from '../lib/words'

const icons: Record<CallState, ReactElement> = {
  live: <RecordRegular />,
  closed: <ArchiveRegular />,
  archived: <CheckmarkRegular />,
  'archived-partial': <WarningRegular />,
  'no-media': <WarningRegular />,
  'not-recorded-by-policy': <SubtractCircleRegular />,
  refused: <DismissRegular />,
  quarantined: <WarningRegular />,
  lost: <ErrorCircleRegular />,
  disposed: <SubtractCircleRegular />,
  'never-seen': <ErrorCircleRegular />,
}

/** A call's state by colour, shape and word, so that none of them is needed alone. */
export function StateBadge({ state, large = false }: { state: CallState; large?: boolean }) {
  return (
    <Badge
      appearance="tint"
      color={states[state].color}
      icon={icons[state]}
      size={large ? 'large' : 'medium'}
      shape="rounded"
    >
      {states[state].label}
    </Badge>
  )
}
