#!/usr/bin/env node
// `npx achyk <command>`: builds if needed, then runs the command line.
require('./build.js');
require('../build/src/cli.js');
