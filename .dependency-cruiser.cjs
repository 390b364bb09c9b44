// Who may import whom: docs/architecture.md has the table in words.
const ours = '^src/'
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: ours, pathNot: allowed },
})

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('domain-imports-nothing', '^src/domain/', ['^src/domain/'], 'the vocabulary stands alone'),
    only('lib-is-generic', '^src/lib/', ['^src/lib/'], 'lib knows nothing of ours'),
    only(
      'pure-core',
      '^src/(inventory|evaluation|incidents|planning)/',
      ['^src/(domain|lib)/', '^src/(inventory|evaluation|incidents|planning)/'],
      'pure code imports the vocabulary and generic code only',
    ),
    only(
      'source-is-an-island',
      '^src/sources/([^/]+)/',
      ['^src/(domain|lib)/', '^src/sources/source\\.ts$', '^src/sources/parts/', '^src/sources/$1/'],
      'a source never imports its sibling; what several are made of is in parts/',
    ),
    only(
      'notifier-is-an-island',
      '^src/notifications/notifiers/([^/]+)/',
      [
        '^src/(domain|lib)/',
        '^src/notifications/(notifier|message|http-delivery)\\.ts$',
        '^src/notifications/notifiers/$1/',
      ],
      'a notifier never imports its sibling',
    ),
    only(
      'evidence',
      '^src/evidence/',
      ['^src/(domain|lib|evidence)/'],
      'evidence is checked with nothing else at hand',
    ),
    only(
      'store',
      '^src/store/',
      ['^src/(domain|lib|store|evidence)/'],
      'the store knows the vocabulary, and chains evidence',
    ),
    only('metrics', '^src/metrics/', ['^src/(domain|lib|metrics)/'], 'metrics know the vocabulary only'),
    only(
      'config',
      '^src/config/',
      [
        '^src/(domain|lib|config)/',
        '^src/evidence/key\\.ts$',
        '^src/sources/(source|registry)\\.ts$',
        '^src/notifications/(notifier|registry)\\.ts$',
      ],
      'config knows the registries, not what is in them',
    ),
    {
      name: 'tasks-know-no-shell',
      severity: 'error',
      from: { path: '^src/tasks/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(api|app|cli)/' },
    },
    {
      name: 'api-knows-no-wiring',
      severity: 'error',
      from: { path: '^src/api/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(app|cli)/' },
    },
    only('cli', '^src/cli/', ['^src/(domain|lib|app|cli)/'], 'the command line speaks to the application'),
    {
      name: 'web-goes-down',
      severity: 'error',
      comment: 'pages are made of components, and these of what stands in ui; only the routes know pages',
      from: { path: '^web/src/(ui|api|components)/' },
      to: { path: '^web/src/(pages/|routes)' },
    },
    {
      name: 'web-ui-is-generic',
      severity: 'error',
      from: { path: '^web/src/(ui|api)/' },
      to: { path: '^web/src/components/' },
    },
    {
      name: 'vendor-in-one-place',
      severity: 'error',
      comment: 'node:sqlite, pg and nodemailer are each imported in one place',
      from: {
        path: '^src/',
        pathNot: ['^src/store/dialects/', '^src/notifications/notifiers/email/', '\\.test\\.ts$'],
      },
      to: { path: ['^node:sqlite$', 'node_modules/pg/', 'node_modules/nodemailer/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.test\\.ts$' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
