// How long a node may take to stop: 20 seconds at worst, since whoever asks it to kills it after a while (systemd after 90,
// Docker after 10 unless told otherwise, Kubernetes after 30). What has not ended by its time is left, and said so.

/** For clients who are in the middle of something. */
export const DRAIN_MS = 10_000;
/** For what was refused and is still to be taken back, where clients took all the time there was. */
export const SETTLE_MS = 4500;
/** Of that, for the relay queue to go to another gateway. */
export const HAND_OVER_MS = 1500;
/** For a worker to close its store after that; then it is killed. */
export const WORKER_CLOSE_MS = 1000;
/** All of that, and the moment in which a killed process is gone. */
export const WORKERS_END_MS = DRAIN_MS + SETTLE_MS + WORKER_CLOSE_MS + 500;
/** For the heartbeat and the sweep of bodies, while the workers end. */
export const BESIDE_MS = 5000;
/** For answers under way, which are cut short before that; then the removal of users and mailboxes ends. */
export const HTTP_END_MS = 2500;
export const STORE_CLOSE_MS = 1000;
/** For whatever still keeps the process from ending by itself. */
export const LINGER_MS = 500;
