import { describe, expect, it } from '@jest/globals';
import { syncCall, taskCall } from '../../../shared/runtime/called.js';

describe('a command in a message', () => {
  it('is written as this process was called', () => {
    const place = { entry: '/work/app/dist/tasks/batch/index.js', folder: '/work/app' };
    expect(taskCall('push', ['--batch-id', 'x'], place)).toBe('node dist/tasks/push/index.js --batch-id x');
    expect(taskCall('push', [], { ...place, folder: '/elsewhere/deep/down' })).toBe(
      'node /work/app/dist/tasks/push/index.js',
    );
  });

  it("is the runbook’s form in an image, which has no other task's file", () => {
    const place = { entry: '/app/entry/index.js', folder: '/' };
    expect(taskCall('detect', ['--customer', 'TITLE NINE'], place)).toBe("co detect --customer 'TITLE NINE'");
    expect(syncCall([], place)).toBeUndefined();
  });

  it('quotes what a shell would interpret', () => {
    const place = { entry: '/app/entry/index.js', folder: '/' };
    expect(taskCall('detect', ['--customer', "JOHNNIE'O $(x)"], place)).toBe(
      `co detect --customer 'JOHNNIE'\\''O $(x)'`,
    );
  });
});
