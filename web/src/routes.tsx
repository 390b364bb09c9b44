import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { askForChecks, askForIncidents } from './api/queries.ts'
import { askForServices } from './api/services.ts'
import { drillSearch } from './components/drill-search.ts'
import { Layout } from './components/layout.tsx'
import {
  checkSearch,
  filtersOf,
  incidentFiltersOf,
  incidentSearch,
  listSearch,
  parseSearch,
  stringifySearch,
} from './components/search.ts'
import { serviceFiltersOf, serviceSearch, servicesSearch, whatIfSearch } from './components/service-search.ts'
import { Broken } from './pages/broken.tsx'
import { NotFound } from './pages/not-found.tsx'

// Each page is a file of its own: the first load brings what all of them need, and the one that is asked for. What the
// lists show is asked for while their page is on its way: over a slow network that is a way there and back less.
const root = createRootRoute({ component: Layout, notFoundComponent: NotFound })

const checks = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void askForChecks(filtersOf(deps)),
  component: lazyRouteComponent(() => import('./pages/checks-page.tsx'), 'ChecksPage'),
})

/** The id stands in the query: it holds slashes, and proxies like to undo their escapes in a path. */
const check = createRoute({
  getParentRoute: () => root,
  path: '/check',
  validateSearch: checkSearch,
  component: lazyRouteComponent(() => import('./pages/check-page.tsx'), 'CheckPage'),
})

const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  validateSearch: incidentSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void askForIncidents(incidentFiltersOf(deps)),
  component: lazyRouteComponent(() => import('./pages/incidents-page.tsx'), 'IncidentsPage'),
})

const incident = createRoute({
  getParentRoute: () => root,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('./pages/incident-page.tsx'), 'IncidentPage'),
})

const services = createRoute({
  getParentRoute: () => root,
  path: '/services',
  validateSearch: servicesSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void askForServices(serviceFiltersOf(deps)),
  component: lazyRouteComponent(() => import('./pages/services-page.tsx'), 'ServicesPage'),
})

const service = createRoute({
  getParentRoute: () => root,
  path: '/service',
  validateSearch: serviceSearch,
  component: lazyRouteComponent(() => import('./pages/service-page.tsx'), 'ServicePage'),
})

const whatIf = createRoute({
  getParentRoute: () => root,
  path: '/what-if',
  validateSearch: whatIfSearch,
  component: lazyRouteComponent(() => import('./pages/what-if-page.tsx'), 'WhatIfPage'),
})

const drills = createRoute({
  getParentRoute: () => root,
  path: '/drills',
  validateSearch: drillSearch,
  component: lazyRouteComponent(() => import('./pages/drills-page.tsx'), 'DrillsPage'),
})

const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  component: lazyRouteComponent(() => import('./pages/sources-page.tsx'), 'SourcesPage'),
})

const channels = createRoute({
  getParentRoute: () => root,
  path: '/channels',
  component: lazyRouteComponent(() => import('./pages/channels-page.tsx'), 'ChannelsPage'),
})

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings-page.tsx'), 'SettingsPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    checks,
    check,
    incidents,
    incident,
    services,
    service,
    whatIf,
    drills,
    sources,
    channels,
    settings,
  ]),
  parseSearch,
  stringifySearch,
  // what a page does not know of its address is no part of what it gets
  search: { strict: true },
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: Broken,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
