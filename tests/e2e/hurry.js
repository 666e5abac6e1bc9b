// Loaded into a program before it starts: its waits take a thousandth of the time.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const wait = timers.setTimeout;
timers.setTimeout = (ms, ...rest) => wait(ms / 1_000, ...rest);
syncBuiltinESMExports();
