// The health check of the image: ends with 0 if this server is ready for reads and writes, else says why, and with 1.
import process from 'node:process';

// A server whose store does not answer needs up to three seconds to say so.
const patience = 4_000;

const address = `http://127.0.0.1:${process.env.PORT || '3000'}/health/ready`;
try {
  const answer = await fetch(address, { signal: AbortSignal.timeout(patience) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
} catch (error) {
  console.error(`${address}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
