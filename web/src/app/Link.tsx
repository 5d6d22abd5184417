import { Link as FluentLink } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useHref, useLinkClickHandler } from 'react-router'

/** A link inside the portal, in Fluent's dress. */
export function Link({ to, children }: { to: string; children: ReactNode }) {
  const href = useHref(to)
  const click = useLinkClickHandler<HTMLAnchorElement>(to)
  return (
    <FluentLink href={href} onClick={(e) => click(e as React.MouseEvent<HTMLAnchorElement>)}>
      {children}
    </FluentLink>
  )
}
