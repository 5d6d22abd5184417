package io.earwitness.recorder.srs;

import io.earwitness.call.WireName;

/** How the media of a running recording does; of several troubles the first in this order. */
public enum MediaHealth implements WireName {
  /** No stream that should send does. */
  NO_MEDIA("no-media"),
  /** A stream that should send doesn't; another does. */
  ONE_WAY("one-way"),
  /** Nothing but silence on all streams. */
  DEAD_AIR("dead-air"),
  /** Too many packets of a stream are lost on the way to us. */
  HIGH_LOSS("high-loss"),
  /** Nothing is wrong, or no media is to be expected: all is paused or on hold. */
  GOOD("good");

  private final String wireName;

  MediaHealth(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
