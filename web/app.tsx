import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense } from 'react'
import { Route, Router, Switch, useLocation } from 'wouter'
import { base } from './api/client.ts'
import { createQueryClient } from './api/query-client.ts'
import { NotFoundPage } from './pages/not-found.tsx'
import { StartPage } from './pages/start.tsx'
import { Boundary } from './parts/boundary.tsx'
import { Frame } from './parts/frame.tsx'
import { Loading } from './parts/loading.tsx'

const JobPage = lazy(() => import('./pages/job.tsx'))
const MatchesPage = lazy(() => import('./pages/matches.tsx'))
const TastePage = lazy(() => import('./pages/taste.tsx'))
const PairPage = lazy(() => import('./pages/pair.tsx'))
const CardPage = lazy(() => import('./pages/card.tsx'))
const YouPage = lazy(() => import('./pages/you.tsx'))
const OperatorPage = lazy(() => import('./pages/operator.tsx'))

const client = createQueryClient()

export function App() {
  return (
    <QueryClientProvider client={client}>
      <Router base={base.pathname.replace(/\/$/, '')}>
        <Frame>
          <Place>
            <Suspense fallback={<Loading />}>
              <Switch>
                <Route path="/">
                  <StartPage />
                </Route>
                <Route path="/jobs/:job">{({ job }) => <JobPage key={job} id={job} />}</Route>
                <Route path="/p/:profile">{({ profile }) => <MatchesPage key={profile} profile={profile} />}</Route>
                <Route path="/p/:profile/taste">{({ profile }) => <TastePage key={profile} profile={profile} />}</Route>
                <Route path="/p/:profile/with/:match">
                  {({ profile, match }) => <PairPage key={match} profile={profile} match={match} />}
                </Route>
                <Route path="/p/:profile/with/:match/card">
                  {({ profile, match }) => <CardPage key={match} profile={profile} match={match} />}
                </Route>
                <Route path="/you">
                  <YouPage />
                </Route>
                <Route path="/you/:profile">{({ profile }) => <YouPage profile={profile} />}</Route>
                <Route path="/operator">
                  <OperatorPage />
                </Route>
                <Route>
                  <NotFoundPage />
                </Route>
              </Switch>
            </Suspense>
          </Place>
        </Frame>
      </Router>
    </QueryClientProvider>
  )
}

function Place({ children }: { readonly children: ReactNode }) {
  const [place] = useLocation()
  return <Boundary place={place}>{children}</Boundary>
}
