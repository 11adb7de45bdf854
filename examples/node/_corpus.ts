/** Real text that is on every disk after `npm ci`: the documentation and the type declarations of the installed packages. */
import {createHash} from 'node:crypto';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';

export interface Package {
  readonly name: string;
  /** Each file once, by name. */
  readonly texts: readonly string[];
}

const TEXT = /\.(md|d\.ts)$/;

/** The texts of all packages in a folder node_modules, by name of the package; what two packages share counts for the first. */
export function readPackages(nodeModules: string): Package[] {
  const seen = new Set<string>();
  return packageFolders(nodeModules).map((folder) => ({
    name: path.relative(nodeModules, folder),
    texts: textFiles(folder)
      .map((file) => readFileSync(file, 'utf8'))
      .filter((text) => {
        const hash = createHash('sha1').update(text).digest('base64');
        const isNew = !seen.has(hash);
        seen.add(hash);
        return isNew;
      }),
  }));
}

function packageFolders(nodeModules: string): string[] {
  return subfolders(nodeModules)
    .flatMap((name) =>
      name.startsWith('@') ? subfolders(path.join(nodeModules, name)).map((own) => path.join(name, own)) : [name],
    )
    .map((name) => path.join(nodeModules, name))
    .filter((folder) => existsSync(path.join(folder, 'package.json')));
}

function subfolders(folder: string): string[] {
  return readdirSync(folder, {withFileTypes: true})
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({name}) => name)
    .sort();
}

function textFiles(folder: string): string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter((file) => TEXT.test(file))
    .sort()
    .map((file) => path.join(folder, file));
}
