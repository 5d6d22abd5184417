package io.earwitness.recorder.sip;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds the ports that an endpoint listens on. */
final class ListeningPorts {
  private ListeningPorts() {}

  /** Whether none of them is ours to choose. */
  static boolean areFixed(SipEndpointConfig config) {
    return config.transports().allMatch(transport -> config.port(transport) != 0);
  }

  /** A port for each transport, in a fixed order; UDP and TCP have the same. */
  static Map<Transport, Integer> choose(SipEndpointConfig config) throws IOException {
    int plain = config.port() == 0 ? free(config) : config.port();
    Map<Transport, Integer> ports = new EnumMap<>(Transport.class);
    for (Transport transport : config.transports().toList()) {
      int port = transport == Transport.TLS ? config.port(transport) : plain;
      ports.put(transport, port == 0 ? free(config) : port);
    }
    return ports;
  }

  private static int free(SipEndpointConfig config) throws IOException {
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

  /** Tries the ports before the stack does, which leaves half a listening point if it fails. */
  static void requireFree(SipEndpointConfig config, Map<Transport, Integer> ports)
      throws BindException {
    for (Map.Entry<Transport, Integer> entry : ports.entrySet()) {
      InetSocketAddress address = new InetSocketAddress(config.address(), entry.getValue());
      try {
        switch (entry.getKey()) {
          case UDP -> new DatagramSocket(address).close();
          case TCP, TLS -> {
            try (ServerSocket server = new ServerSocket()) {
              server.bind(address);
            }
          }
        }
      } catch (IOException e) {
        throw failure(config, Map.of(entry.getKey(), entry.getValue()), e);
      }
    }
  }

  static BindException failure(
      SipEndpointConfig config, Map<Transport, Integer> ports, Exception cause) {
    String host = config.address().getHostAddress();
    BindException failure =
        new BindException(
            "SIP can't listen on %s: %s. Choose another port or stop what uses it."
                .formatted(
                    ports.entrySet().stream()
                        .map(port -> "%s:%d (%s)".formatted(host, port.getValue(), port.getKey()))
                        .collect(Collectors.joining(", ")),
                    cause.getMessage()));
    failure.initCause(cause);
    return failure;
  }
}
