import { Spinner } from '@fluentui/react-components'
import { useEffect } from 'react'
import { tellTab } from './host'

/** What the pop-up window shows at its end, until Teams closes it. */
export default function SignedInPage() {
  useEffect(() => {
    document.title = 'Signed in · Earwitness'
    tellTab()
  }, [])
  return <Spinner label="Going on in Teams" />
}
