package io.earwitness.recorder;

import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;

/**
 * A whole recorder and its peer in a network of their own whose packets have 1500 bytes at most,
 * for {@link FragmentsTest}. What the kernel and the peer saw goes to {@code facts.properties}.
 */
final class FragmentsChild implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final RealRecorder recorder;
  private final Properties facts = new Properties();

  private FragmentsChild(Path spool) throws IOException {
    recorder = new RealRecorder(spool);
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    try (FragmentsChild child =
        new FragmentsChild(Files.createDirectory(folder.resolve("spool")))) {
      for (String size : arguments[1].split(",", -1)) {
        child.whole("whole-" + size, Integer.parseInt(size));
      }
      child.outOfOrder();
      child.incomplete();
      try (OutputStream out = Files.newOutputStream(folder.resolve("facts.properties"))) {
        child.facts.store(out, null);
      }
    }
  }

  /** The kernel fragments what a peer sends as one datagram. */
  private void whole(String callId, int people) throws Exception {
    try (Leg leg = new Leg(callId, people)) {
      Map<String, Long> before = counters();
      leg.peer.send(leg.invite);
      leg.answered();
      fact(callId + ".bytes", leg.invite.length);
      counted(callId, before);
      leg.end();
    }
  }

  /** The last fragment comes first. */
  private void outOfOrder() throws Exception {
    try (Leg leg = new Leg("out-of-order", 40)) {
      RawFragments fragments = leg.fragments(77);
      leg.send(fragments, IntStream.range(0, fragments.count()).boxed().toList().reversed());
      leg.answered();
      leg.end();
    }
  }

  /** One fragment never comes, of more datagrams than one. */
  private void incomplete() throws Exception {
    List<Leg> legs = new ArrayList<>();
    try {
      Map<String, Long> before = counters();
      for (int i = 0; i < 20; i++) {
        Leg leg = new Leg("incomplete-" + i, 40);
        legs.add(leg);
        RawFragments fragments = leg.fragments(100 + i);
        List<Integer> order =
            new ArrayList<>(IntStream.range(0, fragments.count()).boxed().toList());
        order.remove(i % fragments.count());
        leg.send(fragments, order);
      }
      counted("incomplete", before);
      // Others are served meanwhile, whether in one packet or in many
      whole("beside-small", 0);
      whole("beside-large", 40);
      int silent = 0;
      for (Leg leg : legs) {
        silent += leg.peer.isQuietFor(1) ? 1 : 0;
      }
      fact("incomplete.silent", silent);
      // Timer A of the peer (RFC 3261 §17.1.1.2): the same once more
      Leg again = legs.getFirst();
      again.peer.send(again.invite);
      again.answered();
      again.end();
    } finally {
      for (Leg leg : legs) {
        leg.close();
      }
    }
  }

  private void counted(String name, Map<String, Long> before) throws IOException {
    counters().forEach((key, now) -> fact(name + "." + key, now - before.getOrDefault(key, 0L)));
  }

  private void fact(String name, long value) {
    facts.setProperty(name, Long.toString(value));
  }

  /** What this network's kernel counted (RFC 4293's names). */
  private static Map<String, Long> counters() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("/proc/net/snmp")).stream()
            .filter(line -> line.startsWith("Ip:"))
            .toList();
    String[] names = lines.get(0).split(" ", -1);
    String[] values = lines.get(1).split(" ", -1);
    Map<String, Long> counters = new HashMap<>();
    for (int i = 1; i < names.length; i++) {
      counters.put(names[i], Long.parseLong(values[i]));
    }
    return counters;
  }

  @Override
  public void close() {
    recorder.close();
  }

  /** A recording session over a socket of its own. */
  private final class Leg implements AutoCloseable {
    private final SipPeer peer = SipPeer.over(Transport.UDP, recorder.address().getPort());
    private final String callId;
    private final byte[] invite;
    private String to = "<sip:srs@127.0.0.1>";

    Leg(String callId, int people) throws IOException {
      this.callId = callId;
      String body = FragmentsTest.body(people);
      invite =
          message(
              "INVITE",
              1,
              "Require: siprec\r\nContact: <sip:src@127.0.0.1:%d>;+sip.src\r\n"
                      .formatted(peer.localPort())
                  + "Content-Type: multipart/mixed;boundary=part\r\n",
              body);
    }

    private byte[] message(String method, int sequence, String headers, String body) {
      return ("%s sip:srs@127.0.0.1 SIP/2.0\r\n".formatted(method)
              + peer.via(callId + method)
              + "Max-Forwards: 70\r\nFrom: <sip:src@127.0.0.1>;tag=1\r\nTo: %s\r\n".formatted(to)
              + "Call-ID: %s\r\nCSeq: %d %s\r\n".formatted(callId, sequence, method)
              + headers
              + "Content-Length: %d\r\n\r\n".formatted(body.getBytes(StandardCharsets.UTF_8).length)
              + body)
          .getBytes(StandardCharsets.UTF_8);
    }

    RawFragments fragments(int identification) {
      return new RawFragments(
          new InetSocketAddress(LOOPBACK, peer.localPort()),
          recorder.address(),
          identification,
          invite);
    }

    void send(RawFragments fragments, List<Integer> order) throws IOException {
      fragments.send(LOOPBACK, order);
    }

    void answered() throws IOException {
      SipPeer.Message answer = peer.receiveFinal();
      fact(callId + ".status", answer.status());
      to = answer.header("To");
      peer.send(message("ACK", 1, "", ""));
    }

    void end() throws IOException {
      peer.send(message("BYE", 2, "", ""));
      SipPeer.Message answer = peer.receiveFinal();
      while (!answer.header("CSeq").endsWith("BYE")) {
        answer = peer.receiveFinal();
      }
      fact(callId + ".bye", answer.status());
    }

    @Override
    public void close() throws IOException {
      peer.close();
    }
  }
}
