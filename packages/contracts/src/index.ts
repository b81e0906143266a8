export * from './auth.ts';
export * from './events.ts';
export * from './fields.ts';
export * from './mail.ts';
export * from './movies.ts';
export * from './problem.ts';
export * from './read-event.ts';
export * from './rentals.ts';
