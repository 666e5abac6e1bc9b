/** Ends this run's PostgreSQL. */
export default function teardown(): Promise<void>;
