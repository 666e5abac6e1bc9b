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

/** The rooms of a task, the innermost first: each may use the ones before it. Its other files are the task's own wiring. */
const ROOMS = {
  detect: [['read'], ['compare'], ['record', 'ask']],
  push: [['model'], ['write'], ['send'], ['lines'], ['plan'], ['audit']],
  archive: [['file'], ['restore', 'prune']],
};

const roomRules = Object.entries(ROOMS).flatMap(([task, order]) =>
  order.flatMap((rooms, place) =>
    rooms.map((room) => ({
      name: `room-${task}-${room}`,
      comment: `tasks/${task}/${room}/ uses ${['itself', ...order.slice(0, place).flat()].join(', ')} and the task's flags.`,
      severity: 'error',
      from: { path: `^tasks/${task}/${room}/` },
      to: {
        path: `^tasks/${task}/`,
        pathNot: [
          ...[room, ...order.slice(0, place).flat()].map((inner) => `^tasks/${task}/${inner}/`),
          `^tasks/${task}/commands\\.ts$`,
        ],
      },
    })),
  ),
);

module.exports = {
  forbidden: [
    ...floorRules,
    ...roomRules,
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
      name: 'sql-in-the-store',
      comment: 'SQL is made in shared/store alone, and for the source of the sample in local/orders/store.ts.',
      severity: 'error',
      from: { path: '^(shared|tasks|local)/', pathNot: '^(shared/(store|warehouse)/|local/orders/store\\.ts$)' },
      to: { path: '^shared/warehouse/port/statements\\.ts$' },
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
