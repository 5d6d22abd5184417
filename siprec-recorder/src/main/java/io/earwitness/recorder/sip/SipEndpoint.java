package io.earwitness.recorder.sip;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TooManyListenersException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
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
  private final EndpointCore core;

  private SipEndpoint(JainStack stack, FramedNetworkLayer network, EndpointCore core) {
    this.stack = stack;
    this.network = network;
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
    Intake intake =
        new Intake(
            clock,
            unreadable -> {
              EndpointCore opened = core.get();
              if (opened != null && !opened.order().isBusy(UNREADABLE, MAX_UNREADABLE)) {
                opened.order().execute(UNREADABLE, () -> handler.onUnreadable(unreadable));
              }
            });
    FramedNetworkLayer network =
        new FramedNetworkLayer(
            intake,
            config.limits(),
            config.mayConnect(),
            peer -> {
              EndpointCore opened = core.get();
              if (opened != null) {
                opened.order().execute(Peer.text(peer), () -> handler.onConnectionClosed(peer));
              }
            });
    JainStack stack;
    try {
      stack = new JainStack(network, new GuardedParserFactory(intake), config.limits());
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
    opened.timer().scheduleAtFixedRate(network::abortStalled, 1, 1, TimeUnit.SECONDS);
    opened.timer().scheduleAtFixedRate(intake::sweep, 30, 30, TimeUnit.SECONDS);
    return new SipEndpoint(stack, network, opened);
  }

  private static EndpointCore listen(
      JainStack stack,
      SipEndpointConfig config,
      SipHandler handler,
      Intake intake,
      AtomicReference<EndpointCore> reference)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      int port = config.port() == 0 ? freePort(config) : config.port();
      try {
        requireFree(config, port);
      } catch (BindException e) {
        if (config.port() != 0 || attempt == PORT_TRIES) {
          throw e;
        }
        continue;
      }
      List<ListeningPoint> points = new ArrayList<>();
      try {
        for (Transport transport : transports(config)) {
          points.add(
              stack.createListeningPoint(
                  config.address().getHostAddress(), port, transport.parameter()));
        }
        SipProvider provider = stack.createSipProvider(points.getFirst());
        for (ListeningPoint point : points.subList(1, points.size())) {
          provider.addListeningPoint(point);
        }
        EndpointCore core = new EndpointCore(config, handler, port, provider);
        reference.set(core);
        provider.addSipListener(new EndpointListener(core, intake));
        return core;
      } catch (InvalidArgumentException e) {
        drop(stack, points);
        if (config.port() != 0 || attempt == PORT_TRIES) {
          throw portFailure(config, port, e);
        }
      } catch (SipException | TooManyListenersException e) {
        throw new IOException("the SIP stack does not listen: " + e.getMessage(), e);
      }
    }
  }

  /** In a fixed order. */
  private static List<Transport> transports(SipEndpointConfig config) {
    return Stream.of(Transport.values()).filter(config.transports()::contains).toList();
  }

  /** Tries the ports before the stack does, which leaves half a listening point if it fails. */
  private static void requireFree(SipEndpointConfig config, int port) throws BindException {
    InetSocketAddress address = new InetSocketAddress(config.address(), port);
    for (Transport transport : transports(config)) {
      try {
        switch (transport) {
          case UDP -> new DatagramSocket(address).close();
          case TCP -> {
            try (ServerSocket server = new ServerSocket()) {
              server.bind(address);
            }
          }
        }
      } catch (IOException e) {
        throw portFailure(config, port, e);
      }
    }
  }

  private static BindException portFailure(SipEndpointConfig config, int port, Exception cause) {
    BindException failure =
        new BindException(
            "SIP can't listen on %s:%d (%s): %s. Choose another port or stop what uses it."
                .formatted(
                    config.address().getHostAddress(),
                    port,
                    config.transports(),
                    cause.getMessage()));
    failure.initCause(cause);
    return failure;
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

  private static int freePort(SipEndpointConfig config) throws IOException {
    InetSocketAddress any = new InetSocketAddress(config.address(), 0);
    try (ServerSocket tcp = new ServerSocket()) {
      tcp.bind(any);
      try (DatagramSocket udp =
          new DatagramSocket(new InetSocketAddress(config.address(), tcp.getLocalPort()))) {
        return udp.getLocalPort();
      } catch (BindException e) {
        return tcp.getLocalPort();
      }
    }
  }

  /** The port it listens on, the same for every transport. */
  public int port() {
    return core.port();
  }

  /** Stream connections that are open now. */
  int connections() {
    return network.connections();
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
    network.closeAll();
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
