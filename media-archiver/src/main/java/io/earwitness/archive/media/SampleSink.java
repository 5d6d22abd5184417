package io.earwitness.archive.media;

/** Takes audio piece by piece, in order. */
@FunctionalInterface
public interface SampleSink {
  /**
   * Takes the next samples; the arrays are valid only during the call.
   *
   * @param channels one array for each channel
   * @param offset of the first sample in each array
   * @param length samples per channel, at least 1
   */
  void accept(short[][] channels, int offset, int length);
}
