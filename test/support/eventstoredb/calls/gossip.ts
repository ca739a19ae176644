import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import { ticksAt } from '../database/clock.ts';
import type { Member } from '../role.ts';
import { uuidMessage } from './uuid.ts';

// MemberInfo.VNodeState
const states = { electing: 2, follower: 6, leader: 8 } as const;

/** Gossip.Read: the members of the cluster, as this node sees them. */
export const clusterInfo = (members: readonly Member[], now: number): ClusterInfo => {
  const list = members.map(({ instanceId, endpoint, role, isAlive }) =>
    new gossip.MemberInfo()
      .setInstanceId(uuidMessage(instanceId))
      .setTimeStamp(String(ticksAt(now)))
      .setState(states[role])
      .setIsAlive(isAlive)
      .setHttpEndPoint(new gossip.EndPoint().setAddress(endpoint.host).setPort(endpoint.port)),
  );
  return new gossip.ClusterInfo().setMembersList(list);
};
