import t from 'tap';
import { holds, mounts, sets } from './broken-compose-file.ts';
import { serviceOf } from './compose-file.ts';
import { profilesAreApart, settingsAreTaken } from './ledger-checks.ts';
import { certificatesArrive, nodesAreSetUp, serversFindTheStore } from './store-checks.ts';

t.test('the servers start with the settings that they are given', (t) => {
  holds(t, settingsAreTaken, [
    [/^application: EVENTSTORE is no setting/, (file) => sets(file, 'application', 'EVENTSTORE', 'sqlite')],
    [/LOG_LEVEL=loud/, (file) => sets(file, 'application2', 'LOG_LEVEL', 'loud')],
    [/EVENT_STORE is sqlite/, (file) => sets(file, 'application', 'EVENT_STORE', 'http://eventstore:2113')],
    [/SIGNING_KEY/, (file) => delete serviceOf(file, 'application2').environment?.['SIGNING_KEY']],
    [/WRITE_TOKEN/, (file) => delete serviceOf(file, 'application1').environment?.['WRITE_TOKEN']],
  ]);
  t.end();
});

t.test('either profile runs by itself, and is reached at one port of this machine', (t) => {
  holds(t, profilesAreApart, [
    [/^application: in no one profile/, (file) => delete serviceOf(file, 'application').profiles],
    [
      /^eventstore: in no one/,
      (file) => Object.assign(serviceOf(file, 'eventstore'), { profiles: ['single', 'cluster'] }),
    ],
    [/^balancer: published/, (file) => Object.assign(serviceOf(file, 'balancer'), { ports: ['3000:3000'] })],
    [/^eventstore3: can be reached/, (file) => Object.assign(serviceOf(file, 'eventstore3'), { networks: ['front'] })],
    [/^eventstore: can be reached/, (file) => Object.assign(file.networks, { store: {} })],
    [
      /^cluster: 2 services/,
      (file) => Object.assign(serviceOf(file, 'application1'), { ports: ['127.0.0.1:3001:3000'] }),
    ],
    [/^single: 0 services/, (file) => delete serviceOf(file, 'application').ports],
  ]);
  t.end();
});

t.test('the servers find every node, and trust it', (t) => {
  holds(t, serversFindTheStore, [
    [
      /^application: knows other:2113/,
      (file) => sets(file, 'application', 'EVENT_STORE', 'esdb://other:2113?tls=false'),
    ],
    [/^application1: knows/, (file) => delete file.services['eventstore3']],
    [/^application: TLS/, (file) => sets(file, 'application', 'EVENT_STORE', 'esdb://eventstore:2113?tls=true')],
    [/^application2: logs in/, (file) => sets(file, 'application2', 'EVENT_STORE', 'esdb://eventstore1:2113?tls=true')],
    [/^application2: TLS/, (file) => sets(file, 'application2', 'EVENT_STORE', 'esdb://eventstore1:2113?tls=false')],
    [
      /^application1: has no certificate/,
      (file) => Object.assign(serviceOf(file, 'application1'), { volumes: ['ledger1:/data'] }),
    ],
    [/^application2: does not wait/, (file) => delete serviceOf(file, 'application2').depends_on?.['eventstore2']],
  ]);
  t.end();
});

t.test('the nodes run what is used, and three make a cluster', (t) => {
  holds(t, nodesAreSetUp, [
    [/^eventstore: RUN_PROJECTIONS/, (file) => sets(file, 'eventstore', 'EVENTSTORE_RUN_PROJECTIONS', 'All')],
    [/ENABLE_ATOM/, (file) => sets(file, 'eventstore1', 'EVENTSTORE_ENABLE_ATOM_PUB_OVER_HTTP', 'true')],
    [/^the cluster has 2 nodes/, (file) => delete file.services['eventstore3']],
    [/^eventstore2: has no volume/, (file) => mounts(file, 'eventstore2', 'eventstore1:/var/lib/eventstore')],
    [/^eventstore2: does not look/, (file) => sets(file, 'eventstore2', 'EVENTSTORE_GOSSIP_SEED', 'eventstore1:2113')],
    [
      /^eventstore2: NODE_HOST/,
      (file) => sets(file, 'eventstore2', 'EVENTSTORE_NODE_HOST_ADVERTISE_AS', 'eventstore1'),
    ],
    [/^eventstore1: is not secure/, (file) => sets(file, 'eventstore1', 'EVENTSTORE_INSECURE', 'true')],
  ]);
  t.end();
});

t.test('each node has its certificate, and no other service the key of the authority', (t) => {
  holds(t, certificatesArrive, [
    [/^eventstore1: does not get/, (file) => mounts(file, 'eventstore1', 'certificate2:/certificate:ro')],
    [/^eventstore3: does not wait/, (file) => delete serviceOf(file, 'eventstore3').depends_on],
    [/not with the job alone/, (file) => serviceOf(file, 'application1').volumes?.push('authority:/authority:ro')],
  ]);
  t.end();
});
