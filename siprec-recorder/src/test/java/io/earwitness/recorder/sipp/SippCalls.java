package io.earwitness.recorder.sipp;

import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.Speech;
import io.earwitness.recorder.sip.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Places calls with the real {@code sipp} (Debian's {@code sip-tester}), which sends both voices
 * from one capture file. Needs root, for SIPp's raw sockets.
 *
 * <pre>{@code
 * SippCalls.Outcome outcome =
 *     SippCalls.place(directory, recorder, Transport.UDP, Speech.dialogue(0), 1);
 * assertThat(outcome.exitCode()).as(outcome.log()).isZero();
 * short[] expected = outcome.left();
 * }</pre>
 */
public final class SippCalls {
  /** The parties that the scenario's metadata names. */
  public static final CallParty CALLER = new CallParty("sip:+12025550131@127.0.0.1", "Sid Caller");

  public static final CallParty CALLEE = new CallParty("sip:+12025550132@127.0.0.1", "Pia Callee");

  private static final String SCENARIO = "scenario.xml";

  /**
   * What SIPp did.
   *
   * @param exitCode 0 if all calls succeeded
   * @param log what SIPp printed, and its log of unexpected messages
   * @param left the samples that a decoder gets from the first m-line
   * @param right the same of the second m-line
   */
  public record Outcome(int exitCode, String log, short[] left, short[] right) {}

  private SippCalls() {}

  /**
   * Places calls of {@link #CALLER} and {@link #CALLEE} in PCMU, one after another, and waits for
   * their end.
   *
   * @param directory for the scenario and the capture file; must be a test's own
   * @param recorder its SIP address
   * @throws IllegalStateException if there is no {@code sipp}, or this is not root
   */
  public static Outcome place(
      Path directory,
      InetSocketAddress recorder,
      Transport transport,
      Speech.Dialogue dialogue,
      int calls)
      throws IOException, InterruptedException {
    return place(
        directory, recorder, transport, dialogue, calls, G711.PCMU, resource("siprec-call.xml"));
  }

  /** Plays one scenario in PCMA, the codec of the samples that such a scenario is made of. */
  public static Outcome play(
      Path directory,
      InetSocketAddress recorder,
      Transport transport,
      Speech.Dialogue dialogue,
      SippScenario scenario)
      throws IOException, InterruptedException {
    byte[] xml = scenario.xml().getBytes(StandardCharsets.ISO_8859_1);
    return place(directory, recorder, transport, dialogue, 1, G711.PCMA, xml);
  }

  private static Outcome place(
      Path directory,
      InetSocketAddress recorder,
      Transport transport,
      Speech.Dialogue dialogue,
      int calls,
      G711 codec,
      byte[] scenario)
      throws IOException, InterruptedException {
    int packets =
        (dialogue.left().samples().length + TwoVoicesPcap.PACKET_SAMPLES - 1)
            / TwoVoicesPcap.PACKET_SAMPLES;
    Files.write(directory.resolve(SCENARIO), scenario);
    TwoVoicesPcap.write(
        directory.resolve("two-voices.pcap"),
        codec.payloadType(),
        payload(dialogue.left(), codec, packets),
        payload(dialogue.right(), codec, packets));
    long audioMillis = packets * 20L;
    int mediaPort = freeMediaPort();
    long limitSeconds = 30 + calls * (audioMillis / 1000 + 5);
    ProcessBuilder builder =
        new ProcessBuilder(
            "sipp",
            recorder.getAddress().getHostAddress() + ":" + recorder.getPort(),
            "-sf",
            directory.resolve(SCENARIO).toString(),
            "-i",
            "127.0.0.1",
            "-mi",
            "127.0.0.1",
            "-mp",
            Integer.toString(mediaPort),
            "-t",
            transport == Transport.UDP ? "u1" : "t1",
            "-m",
            Integer.toString(calls),
            "-l",
            "1",
            "-r",
            "1",
            // the last packet leaves at the end of the audio at the latest
            "-d",
            Long.toString(audioMillis + 300),
            "-nostdin",
            "-trace_err",
            "-error_file",
            directory.resolve("sipp-errors.log").toString(),
            "-timeout",
            limitSeconds + "s",
            "-timeout_error",
            "-key",
            "second_media_port",
            Integer.toString(mediaPort + 2),
            "-key",
            "caller",
            number(CALLER),
            "-key",
            "caller_name",
            String.valueOf(CALLER.name()),
            "-key",
            "callee",
            number(CALLEE),
            "-key",
            "callee_name",
            String.valueOf(CALLEE.name()));
    builder.directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().put("TERM", "dumb");
    return run(
        builder,
        directory,
        limitSeconds,
        dialogue.left().heard(codec, packets),
        dialogue.right().heard(codec, packets));
  }

  /** The first packets of a dialogue, for a short call. */
  public static Speech.Dialogue shortened(Speech.Dialogue dialogue, int packets) {
    int samples = packets * TwoVoicesPcap.PACKET_SAMPLES;
    return new Speech.Dialogue(
        new Speech(dialogue.left().name(), Arrays.copyOf(dialogue.left().samples(), samples)),
        new Speech(dialogue.right().name(), Arrays.copyOf(dialogue.right().samples(), samples)));
  }

  private static Outcome run(
      ProcessBuilder builder, Path directory, long limitSeconds, short[] left, short[] right)
      throws IOException, InterruptedException {
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException("sipp is missing: apt-get install sip-tester", e);
    }
    Path output = directory.resolve("sipp-output.log");
    try (InputStream out = process.getInputStream()) {
      Files.copy(out, output);
      if (!process.waitFor(limitSeconds + 30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("sipp does not end");
      }
    } finally {
      process.destroyForcibly();
    }
    String log = Files.readString(output, StandardCharsets.ISO_8859_1);
    Path errors = directory.resolve("sipp-errors.log");
    if (Files.exists(errors)) {
      log += Files.readString(errors, StandardCharsets.ISO_8859_1);
    }
    if (log.contains("Can't create raw IPv4 socket")) {
      throw new IllegalStateException("SIPp must run as root to send audio from a capture file");
    }
    return new Outcome(process.exitValue(), log, left, right);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SippCalls.class.getResourceAsStream("/sipp/" + name)) {
      if (in == null) {
        throw new IllegalStateException("/sipp/" + name + " is not on the class path");
      }
      return in.readAllBytes();
    }
  }

  private static byte[] payload(Speech speech, G711 codec, int packets) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int packet = 0; packet < packets; packet++) {
      payload.writeBytes(speech.payload(codec, packet));
    }
    return payload.toByteArray();
  }

  private static String number(CallParty party) {
    return party.aor().substring("sip:".length(), party.aor().indexOf('@'));
  }

  /** An even port that is free now and whose next but one is free too. */
  private static int freeMediaPort() throws SocketException {
    for (int port = 31_000; port < 32_700; port += 4) {
      try (DatagramSocket first = new DatagramSocket(port, InetAddress.getLoopbackAddress());
          DatagramSocket second = new DatagramSocket(port + 2, InetAddress.getLoopbackAddress())) {
        return Math.min(first.getLocalPort(), second.getLocalPort());
      } catch (SocketException e) {
        // taken by somebody; the next one
      }
    }
    throw new SocketException("no free media port in 31000..32700");
  }
}
