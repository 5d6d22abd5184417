package io.earwitness.app;

import io.earwitness.recorder.tls.TlsFiles;
import io.earwitness.recorder.tls.TlsFilesException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds out before anything starts whether this machine lets it; reports all that is wrong. */
final class Preflight {
  private Preflight() {}

  /** One line for each obstacle; empty if there is none. Makes the data folder if it is missing. */
  static List<String> obstacles(Config config) {
    List<String> obstacles = new ArrayList<>();
    folder(config.data(), obstacles);
    if (config.sip().transports().contains(Config.Transport.UDP)) {
      udp(config.sip(), obstacles);
    }
    if (config.sip().transports().contains(Config.Transport.TCP)) {
      tcp("sip.port", config.sip().address(), config.sip().port(), obstacles);
    }
    Config.Tls tls = config.sip().tls();
    if (tls != null) {
      tcp("sip.tls.port", config.sip().address(), tls.port(), obstacles);
      files(tls, obstacles);
    }
    Config.NodeApi api = config.nodes().api();
    if (api != null) {
      tcp("nodes.api.port", api.address(), api.port(), obstacles);
    }
    tcp("http.port", config.http().address(), config.http().port(), obstacles);
    return obstacles;
  }

  private static void folder(Path data, List<String> obstacles) {
    try {
      if (!Files.isDirectory(data)) {
        Files.createDirectories(
            data,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Path probe = Files.createTempFile(data, "write", ".probe");
      Files.delete(probe);
    } catch (IOException e) {
      obstacles.add(
          "data: %s can't be written (%s); give another folder or the right to write it"
              .formatted(data, e));
    }
  }

  private static void files(Config.Tls tls, List<String> obstacles) {
    try {
      TlsFiles.load(tls.files(), InstantSource.system());
    } catch (TlsFilesException e) {
      for (TlsFilesException.Problem problem : e.problems()) {
        obstacles.add(
            "sip.tls.%s: %s"
                .formatted(problem.part().name().toLowerCase(Locale.ROOT), problem.text()));
      }
    }
  }

  private static void udp(Config.Sip sip, List<String> obstacles) {
    try (DatagramSocket socket = new DatagramSocket(null)) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(sip.address()), sip.port()));
    } catch (IOException e) {
      obstacles.add(inUse("sip.port", "UDP", sip.address(), sip.port(), e));
    }
  }

  private static void tcp(String setting, String address, int port, List<String> obstacles) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
    } catch (IOException e) {
      obstacles.add(inUse(setting, "TCP", address, port, e));
    }
  }

  private static String inUse(
      String setting, String transport, String address, int port, IOException e) {
    return "%s: %s port %d on %s can't be had (%s); another process has it, or the address is not"
            .formatted(setting, transport, port, address, e.getMessage())
        + " of this machine";
  }
}
