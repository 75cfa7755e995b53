// Of this part of itself the driver says nothing in its types; `DriverWriters` in uncopied-frames.ts says what is in it.
declare module 'cassandra-driver/lib/writers.js' {
  export const FrameWriter: unknown;
  export const WriteQueue: unknown;
}
