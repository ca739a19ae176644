import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openTestApp, problem, testToken } from '../support/app.ts';
import { run } from './run-command.ts';

const text = 'A Note\nAlibaba and the IOC signed it on 19 January.\n';

t.test('the command line and the API draft the same file, and record nothing', async (t) => {
  const dataDir = t.testdir();
  const file = join(dataDir, 'note.txt');
  writeFileSync(file, text);
  const given = ['draft', file, '--article', '977', '--published', '2017-01-20'];
  const { code, out } = await run(dataDir, given, { seedsDir: 'seeds' });
  t.equal(code, 0);
  t.match(out, /^ {2}#\? - \{ PartnershipSigned: ~, happened: 2017-01-19, p: 2 \}$/m);
  const { get, send } = await openTestApp(t);
  const headers = { authorization: `Bearer ${testToken}`, 'content-type': 'text/plain' };
  const before = (await get('/api')).body.ledger.position;
  const { status, body } = await send('POST', '/api/drafts?article=977&published=2017-01-20', headers, text);
  t.equal(status, 200);
  t.equal(body.yaml, out);
  t.equal((await get('/api')).body.ledger.position, before);
  t.match(await send('POST', '/api/drafts', headers, 'x\n'.repeat(1_001)), problem('body-too-large', 413));
  t.match(await send('POST', '/api/drafts?published=soon', headers, text), problem('invalid-parameter', 400));
  t.match(await send('POST', '/api/drafts', { 'content-type': 'text/plain' }, text), problem('token-missing', 401));
});

t.test('a draft needs one text that can be read, and a date of publication in its form', async (t) => {
  const { code, messages } = await run(t.testdir(), ['draft', '--published', 'soon']);
  t.equal(code, 2);
  t.match(messages, /name the file with the text/);
  t.match(messages, /--published: /);
  t.match(await run(t.testdir(), ['draft', 'nowhere.txt']), {
    code: 2,
    messages: /nowhere\.txt: there is no such file/,
  });
});
