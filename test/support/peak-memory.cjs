// Loaded into the command by a test (NODE_OPTIONS=--require): writes the most memory that the process had, in bytes, into a file.
const { writeFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('exit', () =>
    writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS * 1024)),
  );
}
