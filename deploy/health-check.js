// The health check of the image. It exits with 0 if the server is ready for reads and writes. Otherwise it says why not
// and exits with 1.
import process from 'node:process';

// If its store does not answer, the server needs up to three seconds to say so.
const timeoutMs = 4_000;

const address = `http://127.0.0.1:${process.env.PORT || '3000'}/health/ready`;
try {
  const answer = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
} catch (error) {
  console.error(`${address}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
