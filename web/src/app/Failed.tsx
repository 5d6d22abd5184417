import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'

/** Says what could not be read or done, and why. */
export function Failed({ title, error }: { title: string; error: Error }) {
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        {error.message}
      </MessageBarBody>
    </MessageBar>
  )
}
