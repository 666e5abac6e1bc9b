// Which folder may import which, types included: `npm run lint` holds it, tests/scripts/fences.test.ts proves that it does.
// Circles of files at run time are found by scripts/circles.js.

/** The floors of shared/, the highest first: a floor imports lower ones only. Those of one line do not know each other. */
const FLOORS = [
  ['runtime'],
  ['store'],
  ['mapper', 'monday'],
  ['lines', 'ledger'],
  ['mapping'],
  ['parquet'],
  ['warehouse'],
  ['ground'],
];

const floorRules = FLOORS.flatMap((floor, place) =>
  floor.map((name) => ({
    name: `floor-${name}`,
    comment: `shared/${name} imports lower floors only: see ARCHITECTURE.md.`,
    severity: 'error',
    from: { path: `^shared/${name}/` },
    to: {
      path: '^shared/',
      pathNot: [name, ...FLOORS.slice(place + 1).flat()].map((lower) => `^shared/${lower}/`),
    },
  })),
);

module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'no-loose-file',
      comment: 'Every file of shared/ stands on a floor.',
      severity: 'error',
      from: {},
      to: { path: '^shared/[^/]+$' },
    },
    {
      name: 'shared-below-all',
      comment: 'shared/ imports nothing above it.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(tasks|local|tests|scripts)/' },
    },
    {
      name: 'task-alone',
      comment: 'A task never imports another task.',
      severity: 'error',
      from: { path: '^tasks/([^/]+)/' },
      to: { path: '^tasks/', pathNot: '^tasks/$1/' },
    },
    {
      name: 'tasks-below-tests',
      comment: 'tasks/ imports shared/ only.',
      severity: 'error',
      from: { path: '^tasks/' },
      to: { path: '^(local|tests|scripts)/' },
    },
    {
      name: 'local-calls-tasks',
      comment: 'The embedded default calls the tasks as programs, it does not import them.',
      severity: 'error',
      from: { path: '^local/' },
      to: { path: '^(tasks|tests|scripts)/' },
    },
    {
      name: 'driver-alone',
      comment: 'One engine does not know the other, and the port knows neither.',
      severity: 'error',
      from: { path: '^shared/warehouse/(mssql|postgres|port)/' },
      to: { path: '^shared/warehouse/', pathNot: '^shared/warehouse/($1|port)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist)/' },
  },
};
