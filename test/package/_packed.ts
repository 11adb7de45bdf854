/**
 * The package as npm would publish it, in a project of its own: a clean copy of the sources is built and packed, and the
 * tarball unpacked into the project's node_modules. tfjs and the rest are links to this checkout's, so nothing is fetched.
 */
import {execFileSync, type ExecFileSyncOptionsWithStringEncoding} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

/** What the build reads. `npm pack` looks at the rest of the top level only to leave it out, by `files`. */
const SOURCES = [
  '.config',
  '.gitignore',
  '.npmrc',
  'LICENSE',
  'README.md',
  'kernels',
  'package.json',
  'src',
  'tsconfig.json',
];

export interface Packed {
  /** The project that has the package. */
  readonly project: string;
  /** The package inside of it. */
  readonly folder: string;
  /** The files of the tarball. */
  readonly files: readonly string[];
  /** Writes a file of the project and returns its path. */
  write(name: string, text: string): string;
  /** Runs Node in the project and returns what was printed. Fails, with what it said, where Node does. */
  node(args: readonly string[]): string;
  read(file: string): string;
  remove(): void;
}

export function pack(): Packed {
  const temporary = mkdtempSync(path.join(tmpdir(), 'tfjs-losses-'));
  const [source, project] = ['source', 'project'].map((name) => path.join(temporary, name)) as [string, string];
  for (const name of SOURCES) cpSync(path.join(ROOT, name), path.join(source, name), {recursive: true});
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(source, 'node_modules'), 'dir');
  const inSource = {cwd: source, encoding: 'utf8', stdio: 'pipe'} as const;
  run('npm', ['run', '-s', 'build'], inSource);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts'], inSource)) as {
    filename: string;
    files: {path: string}[];
  }[];
  if (packed === undefined) throw new Error('npm pack said nothing.');

  const modules = path.join(project, 'node_modules');
  const folder = path.join(modules, 'tfjs-losses');
  mkdirSync(folder, {recursive: true});
  run('tar', ['-xzf', path.join(source, packed.filename), '-C', folder, '--strip-components=1'], inSource);
  symlinkSync(path.join(ROOT, 'node_modules/@tensorflow'), path.join(modules, '@tensorflow'), 'dir');
  writeFileSync(path.join(project, 'package.json'), '{"private": true}');

  return {
    project,
    folder,
    files: packed.files.map((file) => file.path).sort(),
    write(name, text) {
      writeFileSync(path.join(project, name), text);
      return path.join(project, name);
    },
    node: (args) => run(process.execPath, args, {cwd: project, encoding: 'utf8', stdio: 'pipe'}),
    read: (file) => readFileSync(path.join(folder, file), 'utf8'),
    remove: () => rmSync(temporary, {recursive: true}),
  };
}

/** Standard output; an error that holds both outputs where the program fails. */
function run(program: string, args: readonly string[], options: ExecFileSyncOptionsWithStringEncoding): string {
  try {
    return execFileSync(program, args, options);
  } catch (cause) {
    const {stdout = '', stderr = ''} = cause as {stdout?: string; stderr?: string};
    throw new Error(`${program} ${args.join(' ')}\n${stdout}\n${stderr}`, {cause});
  }
}

/** The files of a folder, with those of its folders. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
