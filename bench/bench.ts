import process from 'node:process';

// `npm run bench [-- folder]` measures the embedded store on the disk of that folder; `npm run bench -- cli` measures
// the command line.
await import(process.argv[2] === 'cli' ? './cli.ts' : './event-store.ts');
