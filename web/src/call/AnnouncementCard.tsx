import { Badge, Button, Text } from '@fluentui/react-components'
import type { RecordingDetail } from '../api/client'
import { sideLabel, verdicts } from '../lib/words'
import { Card } from './Card'
import { FactList } from './FactList'

/** Whether the recording shows that the parties were told of it. */
export function AnnouncementCard({ call, onSeek }: { call: RecordingDetail; onSeek?: (s: number) => void }) {
  const announcement = call.announcement
  if (!announcement) return null
  return (
    <Card title="Announcement">
      <Text>
        {announcement.rule ? `By rule “${announcement.rule}” of the policy’s` : 'By no rule of the policy’s'}{' '}
        version {announcement.policyVersion}.
      </Text>
      <FactList
        facts={announcement.parties.map((party, index) => {
          const who = call.parties[index]
          const { label, color } = verdicts[party.verdict]
          const at = party.offsetMs
          return [
            who?.name ?? who?.number ?? (party.side ? sideLabel(party.side) : `Party ${index + 1}`),
            <>
              <Badge appearance="tint" color={color}>
                {label}
              </Badge>{' '}
              {party.reason}
              {at !== null && onSeek && (
                <Button appearance="transparent" size="small" onClick={() => onSeek(Math.max(0, at / 1000))}>
                  Listen there
                </Button>
              )}
            </>,
          ]
        })}
      />
    </Card>
  )
}
