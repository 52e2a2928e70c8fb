/** The part that is used of a package that brings no types. */
declare module 'fs-native-extensions' {
  /** Takes an exclusive lock of the kernel on an open file; false where another process holds one. */
  export function tryLock(fd: number): boolean;
}
