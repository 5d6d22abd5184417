import type { ComponentType } from 'react'
import { OpenAlarms } from '../alarms/OpenAlarms'
import type { Permission } from '../api/client'
import { Pending } from '../approvals/Pending'

/** A page of its own in the header, for whoever has any of the permissions. */
export type Section = {
  to: string
  name: string
  anyOf: Permission[]
  /** How much waits there. */
  Badge?: ComponentType
}

/** Sections that belong together: a menu, or the one of them that a person may use. */
export type SectionGroup = { name: string; sections: Section[] }

const all: (Section | SectionGroup)[] = [
  { to: '/calls', name: 'Calls', anyOf: ['search'] },
  {
    name: 'Recording',
    sections: [
      { to: '/recording-policy', name: 'What is recorded', anyOf: ['recording-policy-read'] },
      { to: '/announcements', name: 'Announcements', anyOf: ['announcements-read'] },
      { to: '/whose-call', name: 'Whose call', anyOf: ['tenant-matching', 'srcs-own', 'people-read'] },
      { to: '/srcs', name: 'Recording clients', anyOf: ['srcs', 'srcs-own'] },
    ],
  },
  {
    name: 'Keeping',
    sections: [
      { to: '/retention', name: 'Retention', anyOf: ['retention-read'] },
      { to: '/disposal', name: 'Disposal', anyOf: ['retention-read'] },
      { to: '/holds', name: 'Legal holds', anyOf: ['holds-read', 'holds'] },
      { to: '/subject-requests', name: 'Subject requests', anyOf: ['subject-requests'] },
      { to: '/delivery', name: 'Delivery', anyOf: ['retention-read'] },
      { to: '/licences', name: 'Licences', anyOf: ['licences', 'licences-read'] },
      // A tenant's own people are led there while it is closed
      { to: '/closing', name: 'Closing', anyOf: ['tenant-matching'] },
    ],
  },
  {
    name: 'Organisation',
    sections: [
      { to: '/people', name: 'People', anyOf: ['people-read'] },
      { to: '/access', name: 'Access', anyOf: ['access-review', 'matters-read'] },
    ],
  },
  { to: '/audit', name: 'Audit trail', anyOf: ['audit', 'audit-own'] },
  { to: '/alarms', name: 'Alarms', anyOf: ['alarms-read'], Badge: OpenAlarms },
  { to: '/approvals', name: 'Approvals', anyOf: ['approvals-read'], Badge: Pending },
  { to: '/support', name: 'Support', anyOf: ['support'] },
]

/** What a person with these permissions may open; groups of one become that one. */
export function sectionsFor(permissions: Permission[]): (Section | SectionGroup)[] {
  const mayOpen = (section: Section) => section.anyOf.some((each) => permissions.includes(each))
  return all.flatMap((each): (Section | SectionGroup)[] => {
    if (!('sections' in each)) return mayOpen(each) ? [each] : []
    const open = each.sections.filter(mayOpen)
    return open.length > 1 ? [{ name: each.name, sections: open }] : open
  })
}
