/** The types of the one function that is used of a package without types. */
declare module 'fs-native-extensions' {
  /** Takes an exclusive lock of the kernel on an open file; false if another process holds one. */
  export function tryLock(fd: number): boolean;
}
