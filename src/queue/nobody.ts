// The owner of a queue that was handed over: its gateway stopped in an orderly way, and whoever sees the lease may take
// it at once. (An empty name is that of no process; the epoch rises with it, so nothing its last owner has under way counts.)

export const NOBODY = '';
