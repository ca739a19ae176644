import t from 'tap';
import { emptyRegistry, noNames, toRegistry } from '../../src/articles/registry.ts';
import { choosePartnership } from '../../src/cli/command.ts';

const kestrel = {
  slug: 'kestrel.ioc',
  name: 'Kestrel – IOC',
  aliases: ['Kestrel Motors'],
  partner: 'kestrel',
  rightsHolder: 'ioc',
};
const registry = toRegistry({ ...noNames, partnerships: [kestrel] });

t.test('the only partnership need not be named in a command', async (t) => {
  t.equal(choosePartnership(undefined, ['kestrel.ioc'], emptyRegistry).id, 'kestrel.ioc');
});

t.test('a command must name one of several partnerships, and the refusal lists them', async (t) => {
  const { id, problem } = choosePartnership(undefined, ['heron.ioc', 'kestrel.ioc'], registry);
  t.equal(id, null);
  t.match(problem, /heron\.ioc\n {2}kestrel\.ioc {2}Kestrel – IOC/);
});

t.test('an unknown partnership is refused with the nearest by id, name or alias', async (t) => {
  for (const given of ['kestral.ioc', 'Kestrel IOC', 'kestrel motor']) {
    t.match(
      choosePartnership(given, ['heron.ioc', 'kestrel.ioc'], registry).problem,
      'did you mean kestrel.ioc?',
      given,
    );
  }
  t.match(choosePartnership('zzz', ['heron.ioc'], registry).problem, /there are:\n {2}heron\.ioc/);
});
