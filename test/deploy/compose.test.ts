import t from 'tap';
import { holds, mounts, root, sets, variable, waitsFor } from './broken-compose-file.ts';
import {
  dependenciesAreMet,
  healthIsChecked,
  imagesArePinned,
  mountsExist,
  nothingIsLeftOver,
  secretsAreElsewhere,
  servicesAreConfined,
} from './compose-checks.ts';
import { serviceOf } from './compose-file.ts';

t.test('every image has an exact version', (t) => {
  holds(t, imagesArePinned, [
    [/^balancer: the image haproxy has/, (file) => Object.assign(serviceOf(file, 'balancer'), { image: 'haproxy' })],
    [/haproxy:latest/, (file) => Object.assign(serviceOf(file, 'balancer'), { image: 'haproxy:latest' })],
    [/haproxy:3\.2-alpine/, (file) => Object.assign(serviceOf(file, 'balancer'), { image: 'haproxy:3.2-alpine' })],
    [/neither/, (file) => delete serviceOf(file, 'balancer').image],
  ]);
  t.end();
});

t.test('what is waited for is there, and gets ready', (t) => {
  holds(t, dependenciesAreMet, [
    [/which there is not/, (file) => delete file.services['eventstore']],
    [/is in another profile/, (file) => Object.assign(serviceOf(file, 'eventstore'), { profiles: ['cluster'] })],
    [/ready or not/, (file) => waitsFor(file, 'application', 'eventstore', 'service_started')],
    [/never healthy/, (file) => waitsFor(file, 'eventstore1', 'certificates', 'service_healthy')],
    [/never ends/, (file) => waitsFor(file, 'application', 'eventstore', 'service_completed_successfully')],
  ]);
  t.end();
});

t.test('the health of whatever runs is checked', (t) => {
  holds(t, healthIsChecked, [
    [/^eventstore: has no/, (file) => delete serviceOf(file, 'eventstore').healthcheck],
    [/^balancer: has no/, (file) => Object.assign(serviceOf(file, 'balancer'), { healthcheck: { test: [] } })],
    [/^certificates: has no/, (file) => Object.assign(serviceOf(file, 'certificates'), { restart: 'always' })],
  ]);
  t.end();
});

t.test('nothing can do more than it must', (t) => {
  holds(t, servicesAreConfined, [
    [/^balancer: keeps capabilities/, (file) => delete serviceOf(file, 'balancer').cap_drop],
    [/^eventstore2: may gain/, (file) => Object.assign(serviceOf(file, 'eventstore2'), { security_opt: [] })],
    [/^eventstore: does not say a user/, (file) => delete serviceOf(file, 'eventstore').user],
    [/^balancer: does not say a user/, (file) => Object.assign(serviceOf(file, 'balancer'), { user: '0:0' })],
    [/^certificates: does not say/, (file) => delete serviceOf(file, 'certificates').network_mode],
    [/^application: has a user/, (file) => Object.assign(serviceOf(file, 'application'), { user: 'root' })],
    [/^application2: can write/, (file) => Object.assign(serviceOf(file, 'application2'), { read_only: false })],
  ]);
  t.end();
});

t.test('no secret is written in the file', (t) => {
  holds(t, secretsAreElsewhere, [
    [/^application: WRITE_TOKEN/, (file) => sets(file, 'application', 'WRITE_TOKEN', '0123456789abcdef')],
    [
      /^application: WRITE_TOKEN/,
      (file) => sets(file, 'application', 'WRITE_TOKEN', variable('WRITE_TOKEN:-0123456789abcdef')),
    ],
    [/DEFAULT_OPS_PASSWORD/, (file) => sets(file, 'eventstore1', 'EVENTSTORE_DEFAULT_OPS_PASSWORD', 'changeit')],
    [
      /EVENT_STORE has a password/,
      (file) => sets(file, 'application1', 'EVENT_STORE', 'esdb://admin:changeit@one:2113'),
    ],
    [
      /EVENT_STORE has a password/,
      (file) => sets(file, 'application1', 'EVENT_STORE', `esdb://a:${variable('B:-changeit')}@one:2113`),
    ],
  ]);
  t.end();
});

t.test('what is mounted is there', (t) => {
  holds(t, mountsExist(root), [
    [/haproxy\.conf is not there/, (file) => mounts(file, 'balancer', './deploy/haproxy.conf:/haproxy.cfg:ro')],
    [/haproxy\.cfg can be written/, (file) => mounts(file, 'balancer', './deploy/haproxy.cfg:/haproxy.cfg')],
    [/ledgers is not declared/, (file) => mounts(file, 'application', 'ledgers:/data')],
  ]);
  t.end();
});

t.test('whatever is declared is used', (t) => {
  holds(t, nothingIsLeftOver, [
    [/^old is/, (file) => Object.assign(file.volumes, { old: {} })],
    [/^front is/, (file) => delete file.networks['front']],
    [/^back is/, (file) => Object.assign(file.networks, { back: {} })],
  ]);
  t.end();
});
