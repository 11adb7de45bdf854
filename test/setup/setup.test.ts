/** npm run setup where something is missing, damaged or unreachable: what it says, and what it leaves behind. */
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {Project} from './_project';

const WHEEL = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';
const UNPACKED = 'tensorflow-2.21.0-linux-x64';
/** Answers `python3 --version` and `python3 -m pip --version`; `download` is what `pip download` does. */
const python = (download: string): string =>
  `case "$*" in --version) ;; "-m pip --version") echo "pip 24.0" ;; "-m pip download "*) ${download} ;; *) exit 9 ;; esac`;

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

// The wheel is for linux-x64; what other systems are told is a line of its own.
const onLinux = process.platform === 'linux' && process.arch === 'x64' ? test : test.skip;

test('without tfjs-node it says what to run first', async () => {
  project.removeTfjsNode();
  const {status, stderr} = await project.setUp();
  expect(stderr).toContain(`@tensorflow/tfjs-node is not installed in ${project.folder}: run 'npm ci' first.`);
  expect(status).toBe(1);
});

test('an unknown flag, and an unknown version of TensorFlow', async () => {
  expect((await project.setUp(['--whel'])).stderr).toContain(`Unknown option '--whel'`);
  const {status, stderr} = await project.setUp(['--tensorflow=1.15.0']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/No wheel of TensorFlow 1\.15\.0 is known here, only of 2\.21\.0, 2\.12\.0|linux-x64 only/);
});

test('where only its own download will do, an unreachable one is an error', async () => {
  const {status, stderr} = await project.setUp(['--download']);
  expect(stderr).toContain(`tfjs-node's own download is not reachable from here.`);
  expect(status).toBe(1);
});

onLinux('without Python', async () => {
  const {status, stderr} = await project.setUp();
  expect(stderr).toContain('Python 3 with pip fetches TensorFlow, and there is no python3 here: install it');
  expect(status).toBe(1);
});

onLinux('without pip', async () => {
  project.program('python3', `[ "$*" = --version ] || { echo "No module named pip" >&2; exit 1; }`);
  const {status, stderr} = await project.setUp();
  expect(stderr).toContain('Install pip for python3.');
  expect(stderr).toContain('No module named pip');
  expect(status).toBe(1);
});

onLinux('without a network: nothing half done stays', async () => {
  project.program('python3', python('echo "Could not find a version" >&2; exit 1'));
  const {status, stderr} = await project.setUp();
  expect(stderr).toContain('Could not find a version');
  expect(stderr).toContain(`pip could not fetch tensorflow-cpu 2.21.0. Is its package index reachable`);
  expect(status).toBe(1);
  expect(project.has(`cache/tfjs-losses/${WHEEL}`)).toBe(false);
  expect(project.has(`cache/tfjs-losses/${UNPACKED}`)).toBe(false);
});

onLinux('an older TensorFlow takes the place of the one that is there', async () => {
  project.program('python3', python('exit 1'));
  project.write('node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node', '');
  expect((await project.setUp()).stderr).toBe('setup: @tensorflow/tfjs-node runs on TensorFlow 2.9.1\n');
  const {status, stderr} = await project.setUp(['--tensorflow=2.12.0']);
  expect(stderr).toContain('TensorFlow 2.9.1 gives way to 2.12.0');
  expect(stderr).toContain('fetching TensorFlow 2.12.0 with pip');
  expect(status).toBe(1);
});

onLinux('a damaged wheel is removed, and what was expected is said', async () => {
  project.program('python3', python('exit 1'));
  project.cached(WHEEL, 'half of it');
  const {status, stderr} = await project.setUp();
  expect(stderr).toMatch(/has 10 bytes and the SHA-256 [0-9a-f]{64}, expected 273829956 and 2b847d21/);
  expect(stderr).toContain('It has been removed: start again.');
  expect(status).toBe(1);
  expect(project.has(`cache/tfjs-losses/${WHEEL}`)).toBe(false);
});

onLinux('what an interrupted run left does not stand in the way', async () => {
  project.program('python3', python('exit 1'));
  project.cached(`${WHEEL}.part-123456/${WHEEL}`, 'half of it');
  const {stderr} = await project.setUp();
  expect(stderr).toContain('fetching TensorFlow 2.21.0 with pip');
});

onLinux('without a compiler', async () => {
  project.cached(`${UNPACKED}/tensorflow/libtensorflow_cc.so.2`, '');
  const {status, stderr} = await project.setUp();
  expect(stderr).toContain(
    `A C++ compiler builds tfjs-node's addon, and there is none here: install g++ or clang++, or set CXX.`,
  );
  expect(status).toBe(1);
});

onLinux('a compiler that fails is quoted', async () => {
  project.cached(`${UNPACKED}/tensorflow/libtensorflow_cc.so.2`, '');
  project.program('c++', `[ "$*" = --version ] || { echo "tfjs_backend.cc:1: error: no such thing" >&2; exit 1; }`);
  const {status, stderr} = await project.setUp();
  expect(stderr).toContain(`tfjs-node's addon could not be built with c++; CXX chooses another compiler.`);
  expect(stderr).toContain('error: no such thing');
  expect(status).toBe(1);
});

describe('npm test', () => {
  test('goes on without the suites of node', async () => {
    const {status, stderr} = await project.setUp(['--for-tests']);
    expect(stderr).toContain(`the suites of the node backend are skipped; 'npm run setup' tries again.`);
    expect(status).toBe(0);
  });

  test('but not with CI=true, which skips nothing', async () => {
    const {status, stderr} = await project.setUp(['--for-tests'], {CI: 'true'});
    expect(stderr).not.toContain('skipped');
    expect(status).toBe(1);
  });
});

describe('where the download of tfjs-node is reachable', () => {
  const server = createServer((_request, response) => response.end());
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => void server.close(resolve)));
  beforeEach(() => project.installTfjsNode(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));

  /** The stand-in for tfjs-node's scripts/install.js. */
  const install = (script: string): string =>
    project.write('node_modules/@tensorflow/tfjs-node/scripts/install.js', script);

  onLinux('its own installation is run, once', async () => {
    install(`
      const fs = require('fs');
      fs.mkdirSync('lib/napi-v8', {recursive: true});
      fs.writeFileSync('lib/napi-v8/tfjs_binding.node', '');
      console.log('installed');`);
    const first = await project.setUp();
    expect(first.stderr).toContain('installed');
    expect(first.stderr).toContain('@tensorflow/tfjs-node runs on TensorFlow 2.9.1');
    expect(first.status).toBe(0);
    const second = await project.setUp();
    expect(second.stderr).toBe('setup: @tensorflow/tfjs-node runs on TensorFlow 2.9.1\n');
    expect(second.status).toBe(0);
  });

  onLinux('and where it fails the addon is built', async () => {
    install('process.exit(1)');
    const {status, stderr} = await project.setUp();
    expect(stderr).toContain(`tfjs-node's own installation failed: it will be built from its sources`);
    expect(stderr).toContain('there is no python3 here');
    expect(status).toBe(1);
  });
});
