import type { TaskName } from './schedule.js';

/** One task with its flags, as a flow would start it. */
export interface Call {
  /** A step of the flow, or the audit with which a schedule ends. */
  task: TaskName | 'audit';
  runKey?: string;
  runId?: string;
  batchId?: string;
  /** Of an archive by name: the customer. */
  customer?: string;
  /** Of an audit: it mends, what was changed by hand too. */
  repair?: boolean;
  /** After the faults: what is held back since it failed is tried again. */
  retryFailed?: boolean;
}

/** How a call ended: with its outputs, or with what stopped it. */
export interface Ended {
  call: Call;
  outputs?: Readonly<Record<string, unknown>>;
  /** Why not: killed, exit code 1, exit code 2, or an error that the program does not know. */
  failed?: 'killed' | 'again' | 'refused' | 'crashed';
  message?: string;
}

const STEPS = ['stage', 'push', 'promote', 'archive'] as const;

/** A batch of the run that is not done, and how many of its steps are. */
interface OpenBatch {
  batchId: string;
  done: number;
}

/** Where the flow stands: which task is due. */
export class Flow {
  #run = 0;
  #due: 'detect' | 'batch' | 'steps' = 'detect';
  #runId = '';
  #open: OpenBatch[] = [];
  #last: Call | undefined;
  retryFailed = false;

  get due(): Call {
    switch (this.#due) {
      case 'detect':
        return { task: 'detect', runKey: `run-${this.#run}` };
      case 'batch':
        return { task: 'batch', runId: this.#runId, retryFailed: this.retryFailed };
      default:
        return this.abreast(1)[0] ?? { task: 'stage', batchId: '' };
    }
  }

  /** The next step of each of the first so many batches; none before there are batches. */
  abreast(batches: number): Call[] {
    if (this.#due !== 'steps') return [];
    return this.#open.slice(0, batches).map(({ batchId, done }) => ({ task: STEPS[done] ?? 'archive', batchId }));
  }

  /** The call that ended last, to be made once more. */
  get last(): Call | undefined {
    return this.#last;
  }

  /** A run has begun and is not at its end. */
  get isOpen(): boolean {
    return this.#due !== 'detect';
  }

  renew(): void {
    this.#run += 1;
    this.#due = 'detect';
    this.#open = [];
  }

  /** Goes on when the due call ended well; `regardless`: after a push that did not, too. */
  ended({ call, outputs, failed }: Ended, regardless = false): void {
    this.#last = call;
    if (failed && !(regardless && call.task === 'push')) return;
    switch (call.task) {
      case 'detect':
        this.#runId = String(outputs?.['runId']);
        this.#due = 'batch';
        return;
      case 'batch':
        this.#open = batchIds(outputs?.['batches']).map((batchId) => ({ batchId, done: 0 }));
        this.#due = 'steps';
        break;
      default:
        for (const batch of this.#open)
          if (batch.batchId === call.batchId && STEPS[batch.done] === call.task) batch.done += 1;
        this.#open = this.#open.filter(({ done }) => done < STEPS.length);
    }
    if (this.#open.length === 0) this.renew();
  }
}

function batchIds(batches: unknown): string[] {
  if (!Array.isArray(batches)) return [];
  return batches.map((batch: { batchId: string }) => batch.batchId);
}
