import {cpus} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type {PeersByName} from './_peers';

/** What figures depend on. */
export interface Machine {
  readonly cpu: string;
  readonly node: string;
  readonly tfjs: string;
  /** Versions of the peers by name; null for one that is not installed. */
  readonly peers: Readonly<Record<string, string | null>>;
}

export function describeMachine(peers: PeersByName): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    node: process.versions.node,
    tfjs: tf.version.tfjs,
    peers: Object.fromEntries([...peers].map(([name, peer]) => [name, peer?.version ?? null])),
  };
}

/** One line for below a table. */
export function machineLine({cpu, node, tfjs, peers}: Machine): string {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version ?? 'not installed'}`);
  return [`${cpu}, one thread`, `Node ${node}`, `tfjs ${tfjs}`, ...versions].join('; ');
}
