// Plays any task: asks the test, at the address in WAREHOUSE_URL, what to print and how to end.
const call = { task: process.env.TASK, argv: process.argv.slice(2), env: process.env };
const answer = await fetch(new URL('/call', process.env.WAREHOUSE_URL), { method: 'POST', body: JSON.stringify(call) });
const { exitCode, outputs, metrics, log, logs } = await answer.json();
if (log) process.stderr.write(`${log}\n`);
if (logs) process.stdout.write(`::${JSON.stringify({ logs })}::\n`);
if (metrics) process.stdout.write(`::${JSON.stringify({ metrics })}::\n`);
if (outputs) process.stdout.write(`::${JSON.stringify({ outputs })}::\n`);
process.exitCode = exitCode;
