import { Message } from '../app/Message'

export default function NotFoundPage() {
  return (
    <Message
      title="There is no such page"
      text="The address may be mistyped, or the page has moved."
      link={{ to: '/', label: 'Go to the start page' }}
    />
  )
}
