import {
  FluentProvider,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStaticStyles,
  makeStyles,
  Spinner,
  tokens,
} from '@fluentui/react-components'
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { Navigate, Route, Routes, useLocation, useNavigate } from 'react-router'
import { ApiError, api, type Session, setCsrf, unwrap, whenSignedOut } from '../api/client'
import { GuestBar } from '../guests/GuestBar'
import { may } from '../lib/words'
import { SignInPage } from '../pages/SignInPage'
import { isSignInWindow, isTab } from '../teams/paths'
import { AppHeader } from './AppHeader'
import { SessionContext } from './session'
import { ThemeContext, useTheme } from './theme'

const CallsPage = lazy(() => import('../pages/CallsPage'))
const CallPage = lazy(() => import('../pages/CallPage'))
const AuditPage = lazy(() => import('../pages/AuditPage'))
const PeoplePage = lazy(() => import('../pages/PeoplePage'))
const AccessPage = lazy(() => import('../pages/AccessPage'))
const SrcsPage = lazy(() => import('../pages/SrcsPage'))
const AlarmsPage = lazy(() => import('../pages/AlarmsPage'))
const SecurityPage = lazy(() => import('../pages/SecurityPage'))
const ApprovalsPage = lazy(() => import('../pages/ApprovalsPage'))
const SupportPage = lazy(() => import('../pages/SupportPage'))
const InvitationPage = lazy(() => import('../pages/InvitationPage'))
const TeamsSignIn = lazy(() => import('../teams/TeamsSignIn'))
const SignedInPage = lazy(() => import('../teams/SignedInPage'))
const RecordingPolicyPage = lazy(() => import('../pages/RecordingPolicyPage'))
const DeliveryPage = lazy(() => import('../pages/DeliveryPage'))
const HoldsPage = lazy(() => import('../pages/HoldsPage'))
const RetentionPage = lazy(() => import('../pages/RetentionPage'))
const DisposalPage = lazy(() => import('../pages/DisposalPage'))
const SubjectRequestsPage = lazy(() => import('../pages/SubjectRequestsPage'))
const SubjectCopyPage = lazy(() => import('../pages/SubjectCopyPage'))
const ClosingPage = lazy(() => import('../pages/ClosingPage'))
const LicencesPage = lazy(() => import('../pages/LicencesPage'))
const AnnouncementsPage = lazy(() => import('../pages/AnnouncementsPage'))
const WhoseCallPage = lazy(() => import('../pages/WhoseCallPage'))
const NotFoundPage = lazy(() => import('../pages/NotFoundPage'))

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) =>
        error instanceof ApiError && (error.status === 0 || error.status === 503) && failures < 2,
      refetchOnWindowFocus: false,
      staleTime: 10_000,
    },
  },
})

const useBodyStyles = makeStaticStyles({ body: { margin: 0 } })

const useStyles = makeStyles({
  app: {
    height: '100vh',
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground2,
  },
  main: { flexGrow: 1, minHeight: 0, display: 'flex', flexDirection: 'column', outlineStyle: 'none' },
  centre: { flexGrow: 1, display: 'grid', placeItems: 'center', padding: tokens.spacingHorizontalXXL },
})

export function App() {
  const theme = useTheme()
  const styles = useStyles()
  useBodyStyles()
  return (
    <FluentProvider theme={theme.theme}>
      <ThemeContext.Provider value={theme.theme}>
        <QueryClientProvider client={queryClient}>
          {/* Not on the provider itself: menus and dialogs would get its class, and cover the page. */}
          <div className={styles.app}>
            <Portal theme={theme} />
          </div>
        </QueryClientProvider>
      </ThemeContext.Provider>
    </FluentProvider>
  )
}

function Portal({ theme }: { theme: ReturnType<typeof useTheme> }) {
  const styles = useStyles()
  const client = useQueryClient()
  const [ended, setEnded] = useState(false)
  const [left, setLeft] = useState(false)
  const session = useQuery({
    queryKey: ['session'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      try {
        return await unwrap(api.GET('/api/v1/session'))
      } catch (e) {
        if (e instanceof ApiError && e.status === 401) return null
        throw e
      }
    },
  })

  const enter = useCallback(
    (next: Session | null, sessionEnded = false) => {
      setCsrf(next?.csrf)
      setEnded(sessionEnded)
      // Nothing that one person saw may be shown to the next.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
      client.setQueryData(['session'], next)
    },
    [client],
  )
  useEffect(() => whenSignedOut(() => enter(null, true)), [enter])
  const csrf = session.data?.csrf
  useEffect(() => setCsrf(csrf), [csrf])

  const navigate = useNavigate()
  const { pathname } = useLocation()
  const arrive = useCallback(
    (next: Session) => {
      navigate('/')
      enter(next)
    },
    [enter, navigate],
  )
  if (isSignInWindow()) {
    return (
      <Suspense fallback={<Spinner label="Loading" />}>
        <SignedInPage />
      </Suspense>
    )
  }
  const leave = () => {
    setLeft(true)
    enter(null)
  }
  // Whoever is signed in may be invited elsewhere
  if (pathname === '/invitation') {
    return (
      <Suspense fallback={<Spinner label="Loading" />}>
        <InvitationPage onEntered={arrive} />
      </Suspense>
    )
  }

  if (pathname === '/subject-copy') {
    return (
      <Suspense fallback={<Spinner label="Loading" />}>
        <SubjectCopyPage />
      </Suspense>
    )
  }

  if (session.isPending) {
    return (
      <div className={styles.centre}>
        <Spinner label="Opening Earwitness" />
      </div>
    )
  }
  if (session.isError) {
    return (
      <div className={styles.centre}>
        <MessageBar intent="error">
          <MessageBarBody>
            <MessageBarTitle>Earwitness can’t be reached</MessageBarTitle>
            {session.error.message}
          </MessageBarBody>
        </MessageBar>
      </div>
    )
  }
  if (!session.data && isTab()) {
    return (
      <Suspense fallback={<Spinner label="Loading" />}>
        <TeamsSignIn signedOut={left} onSignedIn={arrive} />
      </Suspense>
    )
  }
  if (!session.data) {
    return <SignInPage sessionEnded={ended} onSignedIn={(next) => enter(next)} />
  }
  return (
    <SessionContext.Provider value={session.data}>
      <AppHeader theme={theme} onSignedOut={leave} />
      {session.data.guest && !session.data.enrolmentDue && <GuestBar />}
      <main className={styles.main} id="main" tabIndex={-1}>
        <Suspense
          fallback={
            <div className={styles.centre}>
              <Spinner label="Loading" />
            </div>
          }
        >
          {session.data.enrolmentDue ? (
            <SecurityPage />
          ) : (
            <Routes>
              <Route path="/" element={<Navigate to={home(session.data)} replace />} />
              <Route path="/calls" element={<CallsPage />} />
              <Route path="/calls/:id" element={<CallPage />} />
              <Route path="/people" element={<PeoplePage />} />
              <Route path="/access" element={<AccessPage />} />
              <Route path="/audit" element={<AuditPage />} />
              <Route path="/srcs" element={<SrcsPage />} />
              <Route path="/alarms" element={<AlarmsPage />} />
              <Route path="/approvals" element={<ApprovalsPage />} />
              <Route path="/recording-policy" element={<RecordingPolicyPage />} />
              <Route path="/announcements" element={<AnnouncementsPage />} />
              <Route path="/retention" element={<RetentionPage />} />
              <Route path="/delivery" element={<DeliveryPage />} />
              <Route path="/holds" element={<HoldsPage />} />
              <Route path="/disposal" element={<DisposalPage />} />
              <Route path="/subject-requests" element={<SubjectRequestsPage />} />
              <Route path="/licences" element={<LicencesPage />} />
              <Route path="/closing" element={<ClosingPage />} />
              <Route path="/security" element={<SecurityPage />} />
              <Route path="/support" element={<SupportPage onEntered={arrive} />} />
              <Route path="/whose-call" element={<WhoseCallPage />} />
              <Route path="*" element={<NotFoundPage />} />
            </Routes>
          )}
        </Suspense>
      </main>
    </SessionContext.Provider>
  )
}

function home(session: Session): string {
  if (may(session, 'search')) return '/calls'
  if (may(session, 'srcs')) return '/srcs'
  if (may(session, 'people')) return '/people'
  if (may(session, 'support')) return '/support'
  return may(session, 'audit') || may(session, 'audit-own') ? '/audit' : '/calls'
}
