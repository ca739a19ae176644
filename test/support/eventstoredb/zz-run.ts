import { startEventStoreDb } from './event-store-db.ts';
const s = await startEventStoreDb({ port: 22113 });
console.log(s.connectionString);
process.on('SIGTERM', () => process.exit(0));
