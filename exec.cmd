@rem npm scripts say "exec node ...", so that a signal to npm reaches the server; on Windows that word is this file.
@%*
