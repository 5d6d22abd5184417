import { Button, makeStyles, mergeClasses, Spinner, tokens } from '@fluentui/react-components'
import { CheckmarkCircleRegular, DismissCircleRegular, QuestionCircleRegular } from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import { api, unwrap } from '../api/client'
import { type Step, verifyProof } from './proof'

const useStyles = makeStyles({
  steps: { margin: 0, padding: 0, listStyle: 'none', display: 'grid', gap: tokens.spacingVerticalXXS },
  step: { display: 'flex', gap: tokens.spacingHorizontalXS, alignItems: 'baseline' },
  icon: { flexShrink: 0, fontSize: tokens.fontSizeBase400, alignSelf: 'center' },
  ok: { color: tokens.colorStatusSuccessForeground1 },
  bad: { color: tokens.colorStatusDangerForeground1 },
  unknown: { color: tokens.colorNeutralForeground3 },
})

const SIGNS: Record<Step['state'], { icon: typeof CheckmarkCircleRegular; says: string }> = {
  ok: { icon: CheckmarkCircleRegular, says: 'proven' },
  bad: { icon: DismissCircleRegular, says: 'NOT proven' },
  unknown: { icon: QuestionCircleRegular, says: 'not checked' },
}

/** Fetches the proof of an entry and verifies it in this browser. */
export function ProofOf({ entry }: { entry: string }) {
  const styles = useStyles()
  const verification = useMutation({
    mutationFn: async () =>
      verifyProof(
        await unwrap(api.GET('/api/v1/audit/entries/{entry}/proof', { params: { path: { entry } } })),
      ),
  })
  if (verification.isPending) {
    return <Spinner size="tiny" label="Verifying" />
  }
  if (verification.isError) {
    return <span className={styles.bad}>{verification.error.message}</span>
  }
  if (!verification.data) {
    return (
      <Button size="small" appearance="subtle" onClick={() => verification.mutate()}>
        Verify
      </Button>
    )
  }
  return (
    <ul className={styles.steps} aria-label="Proof">
      {verification.data.steps.map((step) => {
        const { icon: Icon, says } = SIGNS[step.state]
        return (
          <li key={step.what} className={styles.step}>
            <Icon aria-hidden className={mergeClasses(styles.icon, styles[step.state])} />
            <span>
              {step.what}: {says}
              {step.detail ? `. ${step.detail}` : ''}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
