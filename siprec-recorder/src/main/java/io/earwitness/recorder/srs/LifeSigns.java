package io.earwitness.recorder.srs;

import io.earwitness.recorder.sip.SipRequest;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * By what one can tell that an SRC still holds a call. Neither a missing session refresh (RFC 4028)
 * nor a lost connection alone says that it doesn't: SRCs don't refresh, and reconnect at will. Not
 * thread-safe.
 */
final class LifeSigns {
  private Instant lastSip;
  private InetSocketAddress peer;
  private boolean connectionLost;

  LifeSigns(SipRequest invite) {
    lastSip = invite.received();
    peer = invite.source();
  }

  void heard(SipRequest message) {
    lastSip = message.received();
    peer = message.source();
    connectionLost = false;
  }

  /** The SRC has shown that it holds the call. */
  void isAlive(Instant at) {
    lastSip = at;
  }

  /** A connection ended; matters if it was the one that the SRC last used. */
  void connectionClosed(InetSocketAddress closedPeer) {
    connectionLost |= closedPeer.equals(peer);
  }

  boolean hasLostItsConnection() {
    return connectionLost;
  }

  /** Why the SRC may have vanished and is to be asked; empty while there is no reason to. */
  Optional<String> suspicion(
      Instant now,
      RecordingServerSettings settings,
      Optional<Instant> lastMedia,
      boolean mediaExpected) {
    Instant alive = lastMedia.filter(lastSip::isBefore).orElse(lastSip);
    Duration silence = Duration.between(alive, now);
    if (silence.compareTo(settings.silenceLimit()) >= 0) {
      return Optional.of("no media and no SIP for " + settings.silenceLimit().toMinutes() + " min");
    }
    if (connectionLost && mediaExpected && silence.compareTo(settings.lostLimit()) >= 0) {
      return Optional.of(
          "connection lost and no media for " + settings.lostLimit().toMinutes() + " min");
    }
    return Optional.empty();
  }
}
