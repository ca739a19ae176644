import { DatabaseSync } from 'node:sqlite';
import fastify from 'fastify';

// What the least server on the same file is: it opens the file, and answers with the head of the ledger.
const database = new DatabaseSync(process.argv[2] ?? '', { readOnly: true });
const head = database.prepare('SELECT position FROM events ORDER BY position DESC LIMIT 1');
const app = fastify();
app.get('/health/live', async () => ({ status: 'live' }));
app.get('/api', async () => head.get());
console.log(`serves on ${await app.listen({ port: 0, host: '127.0.0.1' })}`);
