/**
 * Who may import whom: the table of the architecture, as rules. A lib is used through `#name`, which leads to
 * its src/index.ts and nowhere else; inside itself a lib uses relative paths.
 */
const base = ['common', 'database', 'http'];
const mayUse = {
  common: [],
  database: ['common'],
  http: ['common'],
  accounts: base,
  billing: ['accounts', ...base],
  models: ['billing', 'accounts', ...base],
  upstreams: ['models', 'accounts', ...base],
  notifications: ['models', 'billing', 'accounts', ...base],
  completions: ['upstreams', 'models', 'billing', 'accounts', ...base],
  operator: ['completions', 'notifications', 'upstreams', 'models', 'billing', 'accounts', ...base],
};
const known = Object.keys(mayUse).join('|');
const tests = '(\\.test\\.tsx?$|^apps/[^/]+/test/)';

const table = Object.entries(mayUse).map(([lib, allowed]) => ({
  name: `${lib}-uses-only-what-it-may`,
  comment: `libs/${lib} may use: ${allowed.join(', ') || 'nothing'}.`,
  severity: 'error',
  from: { path: `^libs/${lib}/` },
  to: { path: '^libs/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...table,
    {
      name: 'every-lib-has-its-row',
      comment: 'A new lib gets its row in the table above, and in the architecture, before its first import.',
      severity: 'error',
      from: { path: '^libs/', pathNot: `^libs/(${known})/` },
      to: {},
    },
    {
      name: 'front-door-from-a-lib',
      comment: 'Another lib is imported as #name, never by a path into its folder.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: '^libs/($1/|[^/]+/src/index\\.ts$)' },
    },
    {
      name: 'front-door-from-an-app',
      comment:
        'An app uses a lib through its src/index.ts. (Tools run without a build, so they may name a file.)',
      severity: 'error',
      from: { path: '^apps/' },
      to: { path: '^libs/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'libs-by-name',
      comment:
        'Even the front door is imported as #name: a relative path would survive a move of either side.',
      severity: 'error',
      from: { path: '^(libs/[^/]+|apps)/' },
      to: { path: '^libs/', pathNot: '^$1/', dependencyTypesNot: ['aliased-subpath-import'] },
    },
    {
      name: 'libs-know-no-app',
      comment: 'A lib never sees who wires it. Tests may talk to the sandbox upstream.',
      severity: 'error',
      from: { path: '^libs/', pathNot: tests },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-know-no-app',
      comment: 'Apps share libs, not code. Tests may talk to the sandbox upstream.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: tests },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'tests-borrow-only-the-sandbox',
      comment: 'The sandbox is the one app a test outside it may import.',
      severity: 'error',
      from: { path: '^(?:apps|libs)/([^/]+)/.*\\.tsx?$', pathNot: '^apps/sandbox/' },
      to: { path: '^apps/', pathNot: '^apps/(sandbox|$1)/' },
    },
    {
      name: 'dashboard-speaks-http',
      comment: 'The dashboard knows the API by its generated types and HTTP alone.',
      severity: 'error',
      from: { path: '^apps/dashboard/' },
      to: { path: '^libs/' },
    },
    {
      name: 'sandbox-stands-alone',
      comment: 'The sandbox is somebody else’s server: of ours it may use common, and nothing more.',
      severity: 'error',
      from: { path: '^apps/sandbox/', pathNot: tests },
      to: { path: '^libs/', pathNot: '^libs/common/' },
    },
    {
      name: 'common-imports-nothing',
      comment: 'No framework and no I/O below everything else; random bytes for ids are the one exception.',
      severity: 'error',
      from: { path: '^libs/common/', pathNot: tests },
      to: { pathNot: '^(libs/common/|node:crypto$|crypto$)' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that want each other are one file, or there is a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere: #name/inside is not a door, or a package is missing.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^\\./(?:dev/)?types/' },
    },
    {
      name: 'no-dev-package-at-run-time',
      comment: 'What runs in production is a dependency, not a devDependency.',
      severity: 'error',
      from: { path: '^(apps|libs)/[^/]+/src/', pathNot: [tests, '/testing/'] },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.next|generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tools/check/tsconfig.boundaries.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
