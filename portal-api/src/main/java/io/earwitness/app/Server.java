package io.earwitness.app;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.portal.PortalServer;
import java.time.Clock;
import java.time.Duration;

/** Everything that runs in one process. Closing it ends calls in order and stops the rest. */
final class Server implements AutoCloseable {
  private final Config config;
  private final Wiring wiring;

  private Server(Config config, Wiring wiring) {
    this.config = config;
    this.wiring = wiring;
  }

  /**
   * Starts all parts; when this returns, calls are taken and the portal answers.
   *
   * @throws CommandFailure saying what could not be started and what to do
   */
  static Server start(Config config, Clock clock) throws CommandFailure {
    return new Server(config, Wiring.start(config, clock));
  }

  Installation installation() {
    return wiring.installation();
  }

  ObjectStore store() {
    return wiring.store();
  }

  /** Lets the recorder use at once what was just set up. */
  void refreshConfiguration() {
    wiring.snapshots().refresh();
  }

  int sipPort() {
    return config.sip().port();
  }

  /** Where the recorder is, such as {@code sip:127.0.0.1:5060}. */
  String sipUri() {
    Config.Sip sip = config.sip();
    return sip.tls() != null && sip.transports().isEmpty()
        ? "sips:%s:%d".formatted(sip.address(), sip.tls().port())
        : "sip:%s:%d".formatted(sip.address(), sip.port());
  }

  /** Where the portal is, such as {@code http://127.0.0.1:8080}. */
  String origin() {
    PortalServer portal = wiring.portal();
    return "http://" + config.http().address() + ":" + portal.port();
  }

  /** Closes it, after {@code recorder.drainSeconds} at most, in which running calls may end. */
  void stop() {
    int seconds = config.recorder().drainSeconds();
    if (seconds > 0) {
      try {
        wiring.drain().drainToStop(Duration.ofSeconds(seconds));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    close();
  }

  @Override
  public void close() {
    wiring.close();
  }
}
