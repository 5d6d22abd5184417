package io.earwitness.recorder.srtp;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which suites work on this machine, found out by using each once. */
public final class SrtpSupport {
  private static final Logger LOG = LoggerFactory.getLogger(SrtpSupport.class);
  private static final Set<SrtpSuite> USABLE = probe();

  private SrtpSupport() {}

  /**
   * Loads what SRTP needs, native code among it, which takes a moment: for whoever starts, so that
   * no call's packets wait for it.
   */
  public static void prepare() {
    LOG.debug("SRTP by {}", USABLE);
  }

  /** Whether packets of a suite can be decrypted. */
  public static boolean isUsable(SrtpSuite suite) {
    return USABLE.contains(suite);
  }

  private static Set<SrtpSuite> probe() {
    Set<SrtpSuite> usable = EnumSet.noneOf(SrtpSuite.class);
    for (SrtpSuite suite : SrtpSuite.values()) {
      try {
        if (decryptsItsOwn(suite)) {
          usable.add(suite);
        } else {
          LOG.error("SRTP with {} doesn't work here; it will be declined", suite);
        }
      } catch (IllegalStateException | LinkageError e) {
        LOG.error("SRTP with {} can't be used here; it will be declined", suite, e);
      }
    }
    return usable;
  }

  private static boolean decryptsItsOwn(SrtpSuite suite) {
    SrtpKey key = new SrtpKey(suite, new byte[suite.keyAndSaltSize()], new byte[0]);
    byte[] packet = new byte[12 + SrtpSender.MAX_TAG];
    packet[0] = (byte) 0x80;
    int length = new SrtpSender(key, 0).protect(packet, 12);
    try (SrtpReceiver receiver = new SrtpReceiver(key)) {
      return receiver.unprotect(MemorySegment.ofArray(packet), 0, length)
          == SrtpReceiver.Outcome.PLAIN;
    }
  }
}
