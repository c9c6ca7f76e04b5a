#!/usr/bin/env node
// `npm start`: builds if needed, then serves, in one process: a signal to npm reaches the server.
require('./build.js');
require('../build/src/main.js');
