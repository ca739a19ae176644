import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServerCredentials } from '@grpc/grpc-js';

/**
 * Where a client finds the certificate that the secure test servers show, for 127.0.0.1 and localhost. It signs itself
 * and is worth nothing elsewhere; `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500
 * -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out certificate.pem` made it.
 */
export const testCertificateFile = fileURLToPath(new URL('certificate.pem', import.meta.url));

/** The credentials of the secure test servers. */
export const testCredentials = (): ServerCredentials => {
  const certificate = readFileSync(testCertificateFile);
  const key = readFileSync(new URL('key.pem', import.meta.url));
  return ServerCredentials.createSsl(null, [{ cert_chain: certificate, private_key: key }]);
};
