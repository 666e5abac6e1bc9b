import type { Flow, Surroundings, Task } from './flow.js';

const IMAGES = /^customer-orders\/(detect|batch|stage|push|promote|archive|migrate|doctor):\{\{ vars\.tag \}\}$/;
/** Letters that the Gantt chart of an execution shows of a task's id. */
const LONGEST_ID = 7;
const DOCKER_RUN = 'io.kestra.plugin.docker.cli.Run';

/** Properties whose wrong value Kestra notices only when the task runs. */
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  pullPolicy: ['ALWAYS', 'IF_NOT_PRESENT', 'NEVER'],
  kvType: ['STRING', 'NUMBER', 'BOOLEAN', 'DATETIME', 'DATE', 'DURATION', 'JSON'],
  method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  logLevel: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'],
  recoverMissedSchedules: ['ALL', 'LAST', 'NONE'],
  fetchType: ['AUTO', 'FETCH', 'STORE'],
  restartBehavior: ['RETRY_FAILED', 'NEW_EXECUTION'],
};

/** Allowed by Kestra, but broken in 2.0.0 or against what this project promises. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  retry: 'the tasks retry by themselves, and Kestra 2.0.0 runs a retried task twice',
  errors: 'Kestra 2.0.0 ends a Replay green without running the failed step; use afterExecution',
  pluginDefaults: 'removed in Kestra 2.0',
};

/** Rules of this project, and values that Kestra checks too late. */
export function ruleProblems(flow: Flow, around: Surroundings): string[] {
  const tasks = everyTask([...flow.tasks, ...flow.afterExecution]);
  return [
    ...forbidden('flow', flow),
    ...('tag' in flow.variables && flow.variables['tag'] !== around.version
      ? [`variables.tag is ${String(flow.variables['tag'])}, but this is version ${around.version}`]
      : []),
    ...(tasks.some(({ type }) => type.endsWith('.Loop')) && 'concurrency' in flow
      ? ['concurrency: iterations of a Loop count as executions of the flow, so it would wait for itself']
      : []),
    ...idProblems(flow, tasks),
    ...flow.triggers.flatMap((trigger) => enumProblems(trigger.id, trigger)),
    ...tasks.flatMap((task) => [
      ...forbidden(task.id, task),
      ...enumProblems(task.id, task),
      ...dockerProblems(task),
      ...loopProblems(task),
      ...(task.type.endsWith('.Subflow') && !around.flowIds.has(String(task['flowId']))
        ? [`${task.id}.flowId: there is no flow ${String(task['flowId'])}`]
        : []),
    ]),
  ];
}

/** What the page of an execution has room for, and what its expressions keep apart. */
function idProblems(flow: Flow, tasks: readonly Task[]): string[] {
  const inputs = new Set(flow.inputs.map(({ id }) => id));
  return [
    ...tasks
      .filter(({ id }) => inputs.has(id))
      .map(({ id }) => `${id} is an input and a task: the page of an execution mixes them up`),
    ...tasks
      .filter(({ id }) => id.length > LONGEST_ID)
      .map(({ id }) => `${id} has more than ${LONGEST_ID} letters, and the Gantt chart shows no more`),
  ];
}

export function everyTask(tasks: readonly Task[]): Task[] {
  return tasks.flatMap((task) => [task, ...everyTask(task.tasks ?? [])]);
}

function forbidden(where: string, properties: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(FORBIDDEN)
    .filter(([name]) => name in properties)
    .map(([name, why]) => `${where}.${name}: ${why}`);
}

function enumProblems(where: string, properties: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(ENUMS).flatMap(([name, allowed]) => {
    const value = properties[name];
    if (value === undefined || allowed.includes(String(value))) return [];
    return [`${where}.${name} is ${String(value)}; it must be one of ${allowed.join(', ')}`];
  });
}

function dockerProblems(task: Task): string[] {
  if (task.type !== DOCKER_RUN) return [];
  return [
    ...(IMAGES.test(String(task['containerImage']))
      ? []
      : [`${task.id}.containerImage is not an image of this project under vars.tag`]),
    ...('timeout' in task ? [] : [`${task.id} has no timeout`]),
    ...(JSON.stringify(task['commands'] ?? '').includes('secret(')
      ? [`${task.id}.commands: a secret would be logged; pass it by env`]
      : []),
  ];
}

function loopProblems(task: Task): string[] {
  if (!task.type.endsWith('.Loop')) return [];
  return [
    ...('concurrencyLimit' in task ? [] : [`${task.id} has no concurrencyLimit, which means unlimited`]),
    ...(task['transmitFailed'] === false
      ? []
      : [`${task.id}.transmitFailed must be false, or one failure stops the others`]),
  ];
}
