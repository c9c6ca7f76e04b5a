/** Jest runs what tsc built: no transformer, and worker threads and child processes find real .js files. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/build/test'],
  testMatch: ['**/*.test.js'],
  transform: {},
  maxWorkers: 2,
  testTimeout: 30_000,
};
