package io.earwitness.recorder.sip;

import java.util.Locale;

/** A SIP transport (RFC 3261 §18). TLS belongs here as a third constant once it is built. */
public enum Transport {
  UDP,
  TCP;

  /** As in a URI's {@code transport} parameter. */
  public String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the transport itself delivers in order, once or with an error. */
  public boolean isReliable() {
    return this != UDP;
  }
}
