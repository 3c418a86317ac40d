export * from './deadlines.js';
export * from './errors.js';
export * from './failpoints.js';
export * from './ids.js';
export * from './millicredits.js';
export * from './public-address.js';
export * from './rate-limit.js';
export * from './settings-reader.js';
