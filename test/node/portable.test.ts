/** The addon for linux-x64 loads where glibc is 2.18 or newer, with the C++ library in it: see kernels/node/native/glibc.cc. */
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';

const ADDON = path.join(__dirname, '../../kernels/node/native/prebuilds/linux-x64/tfjs-losses.glibc.node');
/** The newest version of glibc that its symbols may be of. */
const OLDEST_GLIBC = [2, 18];

/** Section types of the ELF format: the dynamic section, and the versions of symbols that a file needs. */
const SHT_DYNAMIC = 6;
const SHT_GNU_VERNEED = 0x6ffffffe;
/** Tag of a needed library in the dynamic section. */
const DT_NEEDED = 1;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  /** Index of the section that its texts are in. */
  readonly link: number;
}

/** The header of a 64-bit ELF file says at 40 where the table of sections is, at 58 how long its entries are, and at 60 how many. */
function sectionsOf(file: Buffer): Section[] {
  const start = Number(file.readBigUInt64LE(40));
  const length = file.readUInt16LE(58);
  return Array.from({length: file.readUInt16LE(60)}, (_, i) => {
    const entry = file.subarray(start + i * length);
    return {
      type: entry.readUInt32LE(4),
      offset: Number(entry.readBigUInt64LE(24)),
      size: Number(entry.readBigUInt64LE(32)),
      link: entry.readUInt32LE(40),
    };
  });
}

/** Of a section of this type, the only one. */
function sectionOf(file: Buffer, type: number): {section: Section; text: (offset: number) => string} {
  const sections = sectionsOf(file);
  const section = sections.find((s) => s.type === type);
  const texts = section && sections[section.link];
  if (section === undefined || texts === undefined) throw new Error(`no section of type ${type}`);
  const text = (offset: number): string => {
    const start = texts.offset + offset;
    return file.toString('latin1', start, file.indexOf(0, start));
  };
  return {section, text};
}

function neededLibraries(file: Buffer): string[] {
  const {section, text} = sectionOf(file, SHT_DYNAMIC);
  const libraries: string[] = [];
  for (let at = section.offset; at < section.offset + section.size; at += 16) {
    if (file.readBigInt64LE(at) === BigInt(DT_NEEDED)) libraries.push(text(Number(file.readBigInt64LE(at + 8))));
  }
  return libraries;
}

/** Versions by name: an entry for each library, from which a list of versions hangs. Entries say how far the next is. */
function neededVersions(file: Buffer): string[] {
  const {section, text} = sectionOf(file, SHT_GNU_VERNEED);
  const versions: string[] = [];
  for (let library = section.offset; ;) {
    let version = library + file.readUInt32LE(library + 8);
    for (let i = 0; i < file.readUInt16LE(library + 2); i++) {
      versions.push(text(file.readUInt32LE(version + 8)));
      version += file.readUInt32LE(version + 12);
    }
    const next = file.readUInt32LE(library + 12);
    if (next === 0) return versions;
    library += next;
  }
}

function isNewer(version: string, [major = 0, minor = 0]: readonly number[]): boolean {
  const [, a, b] = /^GLIBC_(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(a) > major || (Number(a) === major && Number(b) > minor);
}

// A user of another system builds it for that system.
const whereBuilt = existsSync(ADDON) ? describe : describe.skip;

whereBuilt('the addon for linux-x64', () => {
  const addon = existsSync(ADDON) ? readFileSync(ADDON) : Buffer.alloc(0);

  test('takes no function of a newer glibc, and none of a C++ library outside of it', () => {
    const versions = neededVersions(addon);
    expect(versions).toContain('GLIBC_2.2.5');
    expect(versions.filter((version) => isNewer(version, OLDEST_GLIBC))).toEqual([]);
    expect(versions.filter((version) => !/^(GLIBC|GCC)_/.test(version))).toEqual([]);
  });

  test('needs libraries that Node has loaded, and no TensorFlow', () => {
    const ofNode = ['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'libgcc_s.so.1', 'ld-linux-x86-64.so.2'];
    expect(neededLibraries(addon)).toContain('libc.so.6');
    expect(neededLibraries(addon).filter((library) => !ofNode.includes(library))).toEqual([]);
  });

  test('the test sees what is too new: the libraries of this Node', () => {
    expect(isNewer('GLIBC_2.34', OLDEST_GLIBC)).toBe(true);
    expect(isNewer('GLIBC_2.2.5', OLDEST_GLIBC)).toBe(false);
    // Node's own binary is linked with the C++ library of the system.
    expect(neededVersions(readFileSync(process.execPath)).some((version) => version.startsWith('GLIBCXX_'))).toBe(true);
  });
});
