import { Button, MessageBar, MessageBarBody, Spinner, Text } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '../api/client'
import { EntryCard, takeCode } from '../app/EntryCard'
import { Failed } from '../app/Failed'

/** Where a person who was recorded fetches a copy, with the link that an officer gave. */
export default function SubjectCopyPage() {
  const [shown] = useState(takeCode)
  const fetched = useMutation({
    mutationFn: async () => {
      const zip = await unwrap(api.POST('/api/v1/subject-copies', { body: shown, parseAs: 'blob' }))
      const address = URL.createObjectURL(zip as unknown as Blob)
      const link = document.createElement('a')
      link.href = address
      link.download = 'recordings.zip'
      link.click()
      URL.revokeObjectURL(address)
    },
  })
  return (
    <EntryCard title="Copy of recordings">
      {shown.code ? (
        <>
          <Text>
            The copy is a ZIP file with what you said in each call, and a list of the calls. It can be fetched
            a few times only, so keep the file.
          </Text>
          <Button
            appearance="primary"
            disabledFocusable={fetched.isPending || fetched.isSuccess}
            onClick={() => fetched.mutate()}
          >
            {fetched.isPending ? <Spinner size="tiny" label="It is being made" /> : 'Fetch the copy'}
          </Button>
          {fetched.isError && <Failed title="The copy can’t be had" error={fetched.error} />}
          {fetched.isSuccess && (
            <MessageBar intent="success" layout="multiline">
              <MessageBarBody>The file is among your downloads.</MessageBarBody>
            </MessageBar>
          )}
        </>
      ) : (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>Open the whole link that you were sent: its code is missing.</MessageBarBody>
        </MessageBar>
      )}
    </EntryCard>
  )
}
