package io.earwitness.recorder.rtp;

import java.lang.foreign.MemorySegment;

/** Datagrams that are counted; nothing of them is kept. For the receive thread. */
record UnkeptSink(LoopCounters counters, Runnable counted) implements PacketSink {
  @Override
  public void packet(
      MemorySegment buffer,
      long offset,
      int length,
      boolean truncated,
      long arrivalNanos,
      long addressHigh,
      long addressLow,
      int port) {
    counted.run();
  }

  @Override
  public void kernelDrops(int total) {}

  @Override
  public void failed(int errno) {
    counters.errors++;
  }
}
