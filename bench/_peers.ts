/** PyTorch and JAX, each in a Python process of its own (peers.py) that is asked one question at a time. */
import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import type {Pass} from './_contenders';
import {ALPHA, GAMMA, classWeights, type LossCase} from './_losses';
import type {Contender, Timing} from './_rounds';
import type {Shape} from './_speed_inputs';

/** Column titles by the name that Python imports. */
export const PEERS = {torch: 'PyTorch', jax: 'JAX'} as const;
export type Library = keyof typeof PEERS;

/** Two, because the distribution's python3-torch is often not for the python3 that comes first. */
const INTERPRETERS = ['python3', '/usr/bin/python3'] as const;

export interface Peer {
  readonly name: string;
  readonly version: string;
  time(lossCase: LossCase, shape: Shape, pass: Pass, seconds: number): Promise<Timing>;
  /** Losses and gradients of rows (or elements), undefined where the library has no such option. */
  values(lossCase: LossCase, batch: PeerBatch): Promise<PeerValues | undefined>;
  stop(): void;
}

export interface PeerBatch extends Shape {
  readonly logits: Float32Array;
  /** Class indices where the case's labels are 'index'. */
  readonly labels: Float32Array | Int32Array;
}

export interface PeerValues {
  readonly loss: Float32Array;
  readonly gradient: Float32Array;
}

/** undefined for a library that no interpreter has. */
export type PeersByName = ReadonlyMap<string, Peer | undefined>;

export async function startPeers(): Promise<PeersByName> {
  const entries = Object.entries(PEERS).map(
    async ([library, name]) => [name, await startPeer(library as Library)] as const,
  );
  return new Map(await Promise.all(entries));
}

export function stopPeers(peers: PeersByName): void {
  for (const peer of peers.values()) peer?.stop();
}

/** undefined where no interpreter has the library. */
export async function startPeer(library: Library): Promise<Peer | undefined> {
  for (const interpreter of INTERPRETERS) {
    const child = spawn(interpreter, ['-u', join(__dirname, 'peers.py'), library], {stdio: 'pipe'});
    const conversation = converse(child);
    try {
      const {version} = await conversation.listen();
      if (typeof version === 'string') return peer(PEERS[library], version, conversation);
    } catch {
      // No such interpreter.
    }
    conversation.stop();
  }
  return undefined;
}

type Answer = Readonly<Record<string, unknown>>;

interface Conversation {
  /** The next answer. */
  listen(): Promise<Answer>;
  ask(question: object): Promise<Answer>;
  stop(): void;
}

function converse(child: ChildProcessWithoutNullStreams): Conversation {
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-2000)));
  // An interpreter that is not there fails both the process and the pipe to it.
  let failure: Error | undefined;
  child.on('error', (error) => (failure = error));
  child.stdin.on('error', (error) => (failure ??= error));
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();

  const listen = async (): Promise<Answer> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`peers.py has stopped: ${failure?.message ?? ''}${complaint}`);
    return JSON.parse(line.value) as Answer;
  };
  return {
    listen,
    ask: (question) => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return listen();
    },
    stop: () => child.stdin.end(),
  };
}

function peer(name: string, version: string, {ask, stop}: Conversation): Peer {
  return {
    name,
    version,
    stop,
    time: async (lossCase, {rows, classes}, pass, seconds) => {
      const gradient = pass === 'gradient';
      const answer = await ask({ask: 'time', case: forPython(lossCase, classes), rows, classes, gradient, seconds});
      return {
        secondsPerCall: numberIn(answer, 'secondsPerCall'),
        elapsedSeconds: numberIn(answer, 'elapsedSeconds'),
      };
    },
    values: async (lossCase, {rows, classes, logits, labels}) => {
      const batch = {rows, classes, logits: toBase64(logits), labels: toBase64(labels)};
      const answer = await ask({ask: 'values', case: forPython(lossCase, classes), ...batch});
      if (answer['unsupported'] === true) return undefined;
      return {loss: floatsIn(answer, 'loss'), gradient: floatsIn(answer, 'gradient')};
    },
  };
}

function forPython({op, labels, options}: LossCase, classes: number): object {
  const weights = options.classWeighted === true ? classWeights(classes) : null;
  return {op, labels, options, gamma: GAMMA, alpha: ALPHA, weights};
}

function numberIn(answer: Answer, key: string): number {
  const value = answer[key];
  if (typeof value !== 'number') throw new Error(`peers.py gave no ${key}: ${JSON.stringify(answer)}`);
  return value;
}

function floatsIn(answer: Answer, key: string): Float32Array {
  const value = answer[key];
  if (typeof value !== 'string') throw new Error(`peers.py gave no ${key}: ${JSON.stringify(answer)}`);
  const bytes = Uint8Array.from(Buffer.from(value, 'base64'));
  return new Float32Array(bytes.buffer);
}

function toBase64(values: Float32Array | Int32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** A peer as a contender for speed. */
export function peerContender(peer: Peer, lossCase: LossCase, shape: Shape, pass: Pass): Contender {
  return {
    name: peer.name,
    // Makes the inputs and, in JAX, compiles.
    warmUp: async () => void (await peer.time(lossCase, shape, pass, 0)),
    time: (seconds) => peer.time(lossCase, shape, pass, seconds),
  };
}
