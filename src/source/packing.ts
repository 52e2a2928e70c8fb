/** Tells by its first bytes how an input is packed, and refuses what is no log. Its name never decides. */
import { InputError } from '../errors.js';

/** The compressions that the program unpacks. */
export type Compression = 'gzip' | 'bzip2' | 'xz' | 'zstd';

/** The same, and the archives that are recognised only to be refused. */
export type Packing = Compression | 'zip' | '7z';

const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const SKIPPABLE_FRAMES = Array.from({ length: 16 }, (_, index) => 0x50 + index);

/** `BZh` alone could begin a host name, so the bytes that must follow it belong to the magic number. */
const MAGICS: readonly (readonly [Packing, Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b])],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ...SKIPPABLE_FRAMES.map((first) => ['zstd', Buffer.from([first, 0x2a, 0x4d, 0x18])] as const),
  ...LEVELS.map((level) => ['bzip2', Buffer.from(`BZh${level}1AY&SY`)] as const),
  ...LEVELS.map((level) => ['bzip2', Buffer.from(`BZh${level}\x17rE8P\x90`, 'latin1')] as const),
  ['zip', Buffer.from([0x50, 0x4b, 0x03, 0x04])],
  ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])],
];

/** The magic number of a header block (POSIX, pax, ustar interchange format). */
const TAR_MAGIC = { at: 257, text: 'ustar' } as const;
const TAR_MAGIC_END = TAR_MAGIC.at + TAR_MAGIC.text.length;

/** `refuseContent` needs so many first bytes. */
export const MAGIC_BYTES = TAR_MAGIC_END;

/** Tells how an input is packed; null if it is not. */
export function findPacking(head: Buffer): Packing | null {
  return MAGICS.find(([, magic]) => beginsWith(head, magic))?.[0] ?? null;
}

/** Whether more bytes may tell how an input is packed: those at hand are only the beginning of a magic number. */
export function mayBecomePacking(head: Buffer): boolean {
  return findBegun(head) !== null;
}

/** Whether the program can unpack it. */
export function isCompression(packing: Packing): packing is Compression {
  return packing !== 'zip' && packing !== '7z';
}

/** The compression of an input that is too short for a magic number; null if the input may as well be text. */
export function findCutPacking(whole: Buffer): Packing | null {
  const isText = whole.length < 3 && whole.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText ? null : findBegun(whole);
}

function findBegun(head: Buffer): Packing | null {
  return MAGICS.find(([, magic]) => head.length < magic.length && beginsWith(magic, head))?.[0] ?? null;
}

function beginsWith(bytes: Buffer, beginning: Buffer): boolean {
  return bytes.subarray(0, beginning.length).equals(beginning);
}

/**
 * Refuses content that is no log.
 *
 * @param head the first bytes, unpacked
 * @param isUnpacked whether they come out of an archive, which must not hold another one
 * @throws InputError
 */
export function refuseContent(name: string, head: Buffer, isUnpacked: boolean): void {
  const packing = findPacking(head);
  if (packing === 'zip' || packing === '7z') {
    const hint = `unpack it and give the logs in it, or: ${packing === 'zip' ? 'unzip -p' : '7z x -so'} FILE | logtally ingest`;
    throw new InputError(`${name} is a ${packing} archive`, { hint });
  }
  if (head.toString('latin1', TAR_MAGIC.at, TAR_MAGIC_END) === TAR_MAGIC.text) {
    throw new InputError(`${name} is a tar archive`, {
      hint: 'unpack it with tar -x, and give the logs in it',
    });
  }
  if (isUnpacked && packing !== null) {
    throw new InputError(`${name} is packed twice: unpacked it is ${packing} data`, {
      hint: 'unpack it once',
    });
  }
}
