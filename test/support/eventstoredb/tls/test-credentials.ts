import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerCredentials } from '@grpc/grpc-js';
import { generate } from 'selfsigned';

// Made anew by each process: no key is kept, not even one that is worth nothing elsewhere.
const made = await generate([{ name: 'commonName', value: 'localhost' }], {
  keyType: 'ec',
  curve: 'P-256',
  extensions: [
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
      ],
    },
  ],
});

/** Where a client finds the certificate that the secure test servers show, for 127.0.0.1 and localhost. */
export const testCertificateFile = join(mkdtempSync(join(tmpdir(), 'test-certificate-')), 'certificate.pem');
writeFileSync(testCertificateFile, made.cert);

/** The credentials of the secure test servers. */
export const testCredentials = (): ServerCredentials =>
  ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(made.cert), private_key: Buffer.from(made.private) }]);
