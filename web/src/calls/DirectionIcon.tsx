import {
  ArrowDownLeftRegular,
  ArrowSwapRegular,
  ArrowUpRightRegular,
  QuestionCircleRegular,
} from '@fluentui/react-icons'
import type { Direction } from '../api/client'

/** Shape only; the word stands beside it. */
export function DirectionIcon({ direction }: { direction: Direction }) {
  switch (direction) {
    case 'inbound':
      return <ArrowDownLeftRegular aria-hidden />
    case 'outbound':
      return <ArrowUpRightRegular aria-hidden />
    case 'internal':
      return <ArrowSwapRegular aria-hidden />
    case 'unknown':
      return <QuestionCircleRegular aria-hidden />
  }
}
