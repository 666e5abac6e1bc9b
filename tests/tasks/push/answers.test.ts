import { describe, expect, it } from '@jest/globals';
import { UNKNOWN_ENTRY } from '../../../shared/ledger/entry.js';
import { begin, resolve } from '../../../shared/ledger/transitions.js';
import type { Answer } from '../../../shared/monday/answer.js';
import type { Failure } from '../../../shared/monday/errors.js';
import { newUnit } from '../../../tasks/push/model/unit.js';
import { verdictOf } from '../../../tasks/push/send/answers.js';
import type { BegunPart } from '../../../tasks/push/send/request.js';

const now = new Date('2026-03-01T08:00:00Z');
const failure: Failure = {
  code: 'NEVER_HEARD_OF',
  message: 'x',
  reaction: 'unknown',
  beforeExecution: false,
  path: ['a0'],
};
const facts = { limits: new Map(), startedAt: now, latencyMs: 10, status: 200 };
const failed: Answer = { ...facts, kind: 'answered', replayed: false, data: { a0: null }, failures: [failure] };

function generationAfter(answer: Answer): number {
  const send = { kind: 'create', values: { name: 'n' } } as const;
  const attempt = { attempt: 'x', requestId: 'r', alias: 'a0', parentId: null, now };
  const begun = begin(UNKNOWN_ENTRY, send, attempt);
  const unit = newUnit({ kind: 'item', key: 'k', size: '' }, { kind: 'present', values: send.values, create: true });
  const part: BegunPart = { unit, send, alias: 'a0', begun };
  const { outcome } = verdictOf(answer, part, { together: 1, now, settleMs: 70_000 });
  expect(outcome.kind).toBe('unknown');
  return resolve(begun, outcome).generation;
}

describe('an answer that leaves the outcome open', () => {
  it('keeps the key, under which the first answer may still arrive', () => {
    expect(generationAfter(failed)).toBe(0);
  });

  it('discards the key when the answer is a failure kept under it', () => {
    expect(generationAfter({ ...failed, replayed: true })).toBe(1);
    expect(generationAfter({ ...facts, kind: 'unknown', replayed: true, status: 500, failure })).toBe(1);
  });

  it('keeps the key when a kept success was truncated in transit', () => {
    expect(generationAfter({ ...facts, kind: 'unknown', replayed: true, failure })).toBe(0);
  });
});
