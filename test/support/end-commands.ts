// Runs beside every system test: a test that fails or times out leaves no process behind.

import { afterEach } from 'vitest';
import { endStartedCommands } from './cli.js';

afterEach(endStartedCommands);
