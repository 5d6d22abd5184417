package io.earwitness.recorder.sip;

import java.io.IOException;
import java.net.BindException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TooManyListenersException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sip.InvalidArgumentException;
import javax.sip.ListeningPoint;
import javax.sip.SipException;
import javax.sip.SipProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A SIP user agent: listens, hands requests to a {@link SipHandler}, places calls. Several can live
 * in one process. Thread-safe; to be closed.
 */
public final class SipEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SipEndpoint.class);
  private static final int PORT_TRIES = 20;
  private static final String UNREADABLE = "unreadable messages";

  /** More that wait to be told of are a flood, of which one learns enough from the first. */
  private static final int MAX_UNREADABLE = 1000;

  private final JainStack stack;
  private final FramedNetworkLayer network;
  private final Connections connections;
  private final EndpointCore core;

  private SipEndpoint(
      JainStack stack, FramedNetworkLayer network, Connections connections, EndpointCore core) {
    this.stack = stack;
    this.network = network;
    this.connections = connections;
    this.core = core;
  }

  /**
   * Opens an endpoint; when this returns, it listens.
   *
   * @throws IOException if a port can't be had, saying which and why
   */
  public static SipEndpoint open(SipEndpointConfig config, SipHandler handler, InstantSource clock)
      throws IOException {
    AtomicReference<EndpointCore> core = new AtomicReference<>();
    SeldomLog flood = new SeldomLog(LOG);
    Intake intake =
        new Intake(
            clock,
            unreadable -> {
              EndpointCore opened = core.get();
              if (opened == null) {
                return;
              }
              if (opened.order().isBusy(UNREADABLE, MAX_UNREADABLE)) {
                flood.warn(
                    "%d unreadable SIP messages wait to be entered: one from %s is only told here"
                        .formatted(MAX_UNREADABLE, Peer.text(unreadable.source())));
              } else {
                opened.order().execute(UNREADABLE, () -> handler.onUnreadable(unreadable));
              }
            });
    Connections connections =
        new Connections(
            config.limits(),
            peer -> {
              EndpointCore opened = core.get();
              if (opened != null) {
                opened.order().execute(Peer.text(peer), () -> handler.onConnectionClosed(peer));
              }
            });
    FramedNetworkLayer network = new FramedNetworkLayer(intake, config, connections);
    JainStack stack;
    try {
      stack = new JainStack(network, new GuardedParserFactory(intake), config);
    } catch (SipException e) {
      throw new IOException("the SIP stack does not start: " + e.getMessage(), e);
    }
    EndpointCore opened;
    try {
      opened = listen(stack, config, handler, intake, core);
    } catch (IOException | RuntimeException e) {
      stop(stack);
      throw e;
    }
    opened.timer().scheduleAtFixedRate(connections::abortStalled, 1, 1, TimeUnit.SECONDS);
    opened.timer().scheduleAtFixedRate(intake::sweep, 30, 30, TimeUnit.SECONDS);
    return new SipEndpoint(stack, network, connections, opened);
  }

  private static EndpointCore listen(
      JainStack stack,
      SipEndpointConfig config,
      SipHandler handler,
      Intake intake,
      AtomicReference<EndpointCore> reference)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      Map<Transport, Integer> ports = ListeningPorts.choose(config);
      boolean last = ListeningPorts.areFixed(config) || attempt == PORT_TRIES;
      try {
        ListeningPorts.requireFree(config, ports);
      } catch (BindException e) {
        if (last) {
          throw e;
        }
        continue;
      }
      List<ListeningPoint> points = new ArrayList<>();
      try {
        for (Map.Entry<Transport, Integer> port : ports.entrySet()) {
          points.add(
              stack.createListeningPoint(
                  config.address().getHostAddress(), port.getValue(), port.getKey().parameter()));
        }
        SipProvider provider = stack.createSipProvider(points.getFirst());
        for (ListeningPoint point : points.subList(1, points.size())) {
          provider.addListeningPoint(point);
        }
        EndpointCore core = new EndpointCore(config, handler, ports, provider);
        reference.set(core);
        provider.addSipListener(new EndpointListener(core, intake));
        return core;
      } catch (InvalidArgumentException e) {
        drop(stack, points);
        if (last) {
          throw ListeningPorts.failure(config, ports, e);
        }
      } catch (SipException | TooManyListenersException e) {
        throw new IOException("the SIP stack does not listen: " + e.getMessage(), e);
      }
    }
  }

  private static void drop(JainStack stack, List<ListeningPoint> points) {
    for (ListeningPoint point : points) {
      try {
        stack.deleteListeningPoint(point);
      } catch (javax.sip.ObjectInUseException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * The port that it listens on.
   *
   * @throws IllegalArgumentException if it does not speak this transport
   */
  public int port(Transport transport) {
    return core.port(transport);
  }

  /** Stream connections that are open now. */
  int connections() {
    return connections.size();
  }

  /** Dialogs that stand now. */
  public int dialogs() {
    return core.dialogs().size();
  }

  /**
   * Prepares a call; {@link SipCall#invite} places it.
   *
   * @param target request URI of the INVITE, such as {@code sip:192.0.2.1:5060;transport=tcp}
   * @param from our URI
   * @param to the URI for the To header
   */
  public SipCall call(String target, String from, String to, Transport transport) {
    return SipCall.asClient(core, target, from, to, transport);
  }

  @Override
  public void close() {
    // The stack sleeps for a second at the end of its stop, when all is closed
    Thread stop = Thread.startVirtualThread(() -> stop(stack));
    try {
      while (network.isListening() && stop.isAlive()) {
        Thread.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.closeAll();
    core.close();
  }

  private static void stop(JainStack stack) {
    try {
      stack.stop();
    } catch (RuntimeException e) {
      // It stumbles over listening points that never came to listen
      LOG.debug("Stopping the SIP stack", e);
    }
  }
}
