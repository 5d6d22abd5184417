package io.earwitness.recorder.sip;

import java.util.Locale;

/** A SIP transport (RFC 3261 §18). */
public enum Transport {
  UDP,
  TCP,
  /** Over TCP, on a port of its own. */
  TLS;

  /** As in a URI's {@code transport} parameter. */
  public String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the transport itself delivers in order, once or with an error. */
  public boolean isReliable() {
    return this != UDP;
  }
}
