import process from 'node:process';

// `npm run bench` measures the embedded store, on the disk of a folder that may be named; `npm run bench -- cli` the
// command line.
await import(process.argv[2] === 'cli' ? './cli.ts' : './event-store.ts');
