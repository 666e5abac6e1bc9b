import type { Flow, Task } from '../flows-lint/flow.js';

/** The flows' topology as a Mermaid flowchart: steps in order, loops around their steps, subflows as dotted lines. */
export function diagram(flows: readonly Flow[]): string {
  const lines = ['flowchart LR'];
  for (const flow of flows) {
    for (const { id } of flow.triggers)
      lines.push(`  ${node(flow, id)}((${id})) --> ${node(flow, first(flow.tasks).id)}`);
    lines.push(
      `  subgraph ${key(flow.id)}["${flow.id}"]`,
      '    direction LR',
      ...steps(flow, flow.tasks, '    '),
      '  end',
    );
  }
  for (const flow of flows) lines.push(...subflows(flow, flow.tasks));
  return lines.join('\n');
}

function steps(flow: Flow, tasks: readonly Task[], indent: string): string[] {
  const lines = tasks.flatMap((task) => {
    if (!task.tasks) return [`${indent}${node(flow, task.id)}["${task.id}"]`];
    const inside = steps(flow, task.tasks, `${indent}  `);
    return [`${indent}subgraph ${node(flow, task.id)}["${task.id}: ${pace(task)}"]`, ...inside, `${indent}end`];
  });
  if (tasks.length > 1) lines.push(`${indent}${tasks.map(({ id }) => node(flow, id)).join(' --> ')}`);
  return lines;
}

function pace({ concurrencyLimit }: Task): string {
  return concurrencyLimit === 1 ? 'one after the other' : `${String(concurrencyLimit)} at a time`;
}

function subflows(flow: Flow, tasks: readonly Task[]): string[] {
  return tasks.flatMap((task) => [
    ...(task.type.endsWith('.Subflow') ? [`  ${node(flow, task.id)} -.-> ${key(String(task['flowId']))}`] : []),
    ...subflows(flow, task.tasks ?? []),
  ]);
}

function first(tasks: readonly Task[]): Task {
  const [task] = tasks;
  if (!task) throw new Error('a flow has no task');
  return task;
}

const key = (id: string): string => id.replaceAll('-', '_');
const node = (flow: Flow, id: string): string => `${key(flow.id)}__${key(id)}`;
