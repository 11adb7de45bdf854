// TensorFlow's C++ libraries and C headers, from the wheel `tensorflow-cpu` or `tensorflow`. No Python is needed to use them, only
// to fetch them: pip knows the registry (or mirror, or folder) that this machine gets its packages from.
import {spawn} from 'node:child_process';
import {mkdir, rm, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {CACHE, makeOnce, sha256} from './_cache.mjs';
import {say, withBar} from './_progress.mjs';
import {findProgram, run, SetupError} from './_run.mjs';

/**
 * Wheels by TensorFlow version, the one in use first, and system: their sizes, in bytes and in megabytes, and the hash that the
 * registry states.
 */
const WHEELS = {
  '2.21.0': {
    'linux-x64': {
      project: 'tensorflow-cpu',
      file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      platform: 'manylinux_2_27_x86_64',
      size: 273829956,
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      unpacked: 860,
    },
    // Where there are no GPUs to leave out, the plain wheel is the one.
    'linux-arm64': {
      project: 'tensorflow',
      file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
      platform: 'manylinux_2_27_aarch64',
      size: 281828020,
      sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
      unpacked: 890,
    },
  },
  // The addon is to run on old ones too.
  '2.12.0': {
    'linux-x64': {
      project: 'tensorflow-cpu',
      file: 'tensorflow_cpu-2.12.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      platform: 'manylinux_2_17_x86_64',
      size: 231819176,
      sha256: 'e8c7047552a2d759f3e65ac13e36dd24bb5fec2e6576e848287811ec44b3d62f',
      unpacked: 590,
    },
  },
};
export const TENSORFLOW_VERSIONS = Object.keys(WHEELS);

const PYTHON = '3.11';
const LIBRARIES = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'];
/** Folders of the headers that tfjs-node's addon includes, directly or not. */
const HEADERS = ['tensorflow/c', 'tensorflow/core/platform', 'tensorflow/tsl', 'tsl', 'xla/tsl'];
/** Copies members of a zip file, whose checksums it tests, and prints how many bytes are through. */
const UNZIP = `
import os, shutil, sys, zipfile
wheel, target, *prefixes = sys.argv[1:]
done = 0
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        if not member.filename.startswith(tuple(prefixes)) or member.is_dir():
            continue
        path = os.path.join(target, member.filename)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(member) as source, open(path, 'wb') as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        done += member.file_size
        print(done, flush=True)
`;

/** {lib, include} of TensorFlow for a system in the user's cache. */
export async function tensorflow(version, system = `${process.platform}-${process.arch}`) {
  const wheels = WHEELS[version];
  if (wheels === undefined) {
    throw new SetupError(`No wheel of TensorFlow ${version} is known here, only of ${TENSORFLOW_VERSIONS.join(', ')}.`);
  }
  const wheel = wheels[system];
  if (wheel === undefined) {
    throw new SetupError(
      `TensorFlow ${version} can be taken from the wheel on ${Object.keys(wheels).join(' and ')} only, and this is ${system}. ` +
        `Where tfjs-node's own download is reachable, 'npm rebuild @tensorflow/tfjs-node --ignore-scripts=false' makes it work.`,
    );
  }
  const folder = await makeOnce(path.join(CACHE, `tensorflow-${version}-${system}`), async (made) => {
    const python = findProgram(['python3', 'python']);
    if (python === undefined) {
      throw new SetupError(
        `Python 3 with pip fetches TensorFlow, and there is no python3 here: install it, then try again.`,
      );
    }
    const file = await download(python, version, wheel);
    await check(file, wheel);
    await unpack(python, file, wheel, made);
  });
  return {lib: path.join(folder, 'tensorflow'), include: path.join(folder, 'tensorflow/include')};
}

async function download(python, version, wheel) {
  const file = path.join(CACHE, wheel.file);
  await makeOnce(file, async (made) => {
    const folder = path.dirname(made);
    const requirements = path.join(folder, 'requirements.txt');
    await writeFile(requirements, `${wheel.project}==${version} --hash=sha256:${wheel.sha256}\n`);
    const pip = run(python, ['-m', 'pip', '--version'], {advice: `Install pip for ${python}.`});
    const [, major = '0', minor = '0'] = /^pip (\d+)\.(\d+)/.exec(pip) ?? [];
    // From 25.1 on pip goes on with a download where the connection broke.
    const resume = Number(major) > 25 || (Number(major) === 25 && Number(minor) >= 1) ? ['--resume-retries', '5'] : [];
    say(`fetching TensorFlow ${version} with pip, once for all clones: ${Math.round(wheel.size / 1e6)} MB`);
    run(
      python,
      [
        ...['-m', 'pip', 'download', '--requirement', requirements, '--require-hashes', '--no-deps', '--dest', folder],
        ...[
          '--only-binary',
          ':all:',
          '--implementation',
          'cp',
          '--python-version',
          PYTHON,
          '--platform',
          wheel.platform,
        ],
        ...['--disable-pip-version-check', '--retries', '5', ...resume],
      ],
      {
        show: true,
        advice: `pip could not fetch ${wheel.project} ${version}. Is its package index reachable ('pip config list', PIP_INDEX_URL)? What was downloaded whole is kept; start again at any time.`,
      },
    );
  });
  return file;
}

/** pip has compared the hash with the same number; this is for what became of the file since. */
async function check(file, {size, sha256: expected}) {
  const found = (await stat(file)).size;
  const hash = await withBar('checking the wheel', size / 1e6, 'MB', (onMegabytes) =>
    sha256(file, (bytes) => onMegabytes(bytes / 1e6)),
  );
  if (found === size && hash === expected) return;
  // A damaged file must not stay in the way of the next try.
  await rm(file, {force: true});
  throw new SetupError(
    `${file} has ${found} bytes and the SHA-256 ${hash}, expected ${size} and ${expected}. It has been removed: start again.`,
  );
}

async function unpack(python, file, wheel, target) {
  await mkdir(target, {recursive: true});
  const prefixes = [...LIBRARIES, ...HEADERS.map((name) => `tensorflow/include/${name}/`)];
  await withBar('unpacking TensorFlow', wheel.unpacked, 'MB', async (onMegabytes) => {
    const child = spawn(python, ['-c', UNZIP, file, target, ...prefixes], {stdio: ['ignore', 'pipe', 'inherit']});
    const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    for await (const line of createInterface({input: child.stdout})) onMegabytes(Number(line) / 1e6);
    if ((await ended) !== 0) throw new SetupError(`${file} could not be unpacked into ${target}: is the disk full?`);
  });
}
