// Makes a process believe that somebody looks: its stdout and stderr are a terminal of 80 columns.
for (const stream of [process.stdout, process.stderr]) Object.assign(stream, { isTTY: true, columns: 80 });
