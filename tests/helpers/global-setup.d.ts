/** Names the folder of this run's PostgreSQL in the environment. */
export default function setup(): Promise<void>;
