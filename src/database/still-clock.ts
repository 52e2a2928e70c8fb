/**
 * Loaded before the files of the empty database are made (`prepare.ts`), in each of its threads: the clock stands still and chance
 * always says the same, so that two builds make the same bytes. PostgreSQL puts the time and 32 bytes of chance into pg_control. Nothing
 * secret comes of these: all databases of a build have the same, and no password is ever asked for there.
 */
import crypto from 'node:crypto';

/** 2020-01-01, in milliseconds since 1970. */
const STANDING_AT = 1_577_836_800_000;

Date.now = () => STANDING_AT;
performance.now = () => 0;
crypto.randomFillSync = (bytes) => {
  if (ArrayBuffer.isView(bytes)) new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).fill(7);
  else new Uint8Array(bytes).fill(7);
  return bytes;
};
