package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSender;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * DTLS-SRTP with OpenSSL, which we did not write, at the other end: of the left stream as the
 * active one, of the right stream as the passive one.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DtlsPeersTest {
  /** The recorder takes the best of them, wherever it stands; OpenSSL the first of its own. */
  private static final String ALL =
      "SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_32";

  private static final String ALL_WORST_FIRST =
      "SRTP_AES128_CM_SHA1_32:SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM";

  private static final int PACKETS = 50;

  private Path folder = Path.of("");
  private OpenSslDtls.Identity ec = new OpenSslDtls.Identity(folder, folder, "");
  private OpenSslDtls.Identity rsa = ec;

  @BeforeAll
  void makeCertificates(@TempDir Path temporary) throws Exception {
    folder = temporary;
    ec = OpenSslDtls.Identity.create(folder, "ec", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    rsa = OpenSslDtls.Identity.create(folder, "rsa", "rsa:2048");
  }

  /** The offer of two streams. */
  private static String offer(int leftPort, String ofLeft, int rightPort, String ofRight) {
    return DialogCall.sdp()
        + "m=audio %d UDP/TLS/RTP/SAVP 0\r\na=sendonly\r\na=label:1\r\n".formatted(leftPort)
        + "a=fingerprint:%s\r\na=setup:active\r\n".formatted(ofLeft)
        + "m=audio %d UDP/TLS/RTP/SAVP 0\r\na=sendonly\r\na=label:2\r\n".formatted(rightPort)
        + "a=fingerprint:%s\r\na=setup:passive\r\n".formatted(ofRight);
  }

  /** A port that is free for whoever comes next. */
  private static int freePort() throws IOException {
    try (DatagramSocket socket = DialogCall.socket()) {
      return socket.getLocalPort();
    }
  }

  /** What a stream is to send, in clear. */
  private static List<byte[]> packets(int stream) {
    Random random = new Random(stream);
    List<byte[]> packets = new ArrayList<>();
    for (int number = 0; number < PACKETS; number++) {
      byte[] voice = new byte[160];
      random.nextBytes(voice);
      packets.add(
          ByteBuffer.allocate(172)
              .putInt(0x8000_0000 | number)
              .putInt(number * 160)
              .putInt(stream + 1)
              .put(voice)
              .array());
    }
    return packets;
  }

  /** Sends a stream from the port that its handshake was made on. */
  private static void send(DialogCall call, int stream, int from, SrtpKey key) throws IOException {
    SrtpSender sender = new SrtpSender(key, stream + 1);
    try (DatagramSocket socket = new DatagramSocket(from, InetAddress.getLoopbackAddress())) {
      for (byte[] packet : packets(stream)) {
        byte[] room = Arrays.copyOf(packet, packet.length + SrtpSender.MAX_TAG);
        call.sendMedia(socket, stream, Arrays.copyOf(room, sender.protect(room, packet.length)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SRTP_AES128_CM_SHA1_80, SRTP_AES128_CM_SHA1_80, AES_CM_128_HMAC_SHA1_80",
    "SRTP_AES128_CM_SHA1_32, SRTP_AES128_CM_SHA1_32, AES_CM_128_HMAC_SHA1_32",
    "SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_128_GCM, AEAD_AES_128_GCM",
    "all, SRTP_AEAD_AES_256_GCM, AEAD_AES_256_GCM"
  })
  void whatIsSentUnderKeysAgreedWithOpenSslIsCapturedInClear(
      String offered, String agreed, SrtpSuite suite, @TempDir Path spool) throws Exception {
    // Each kind of certificate in each role
    OpenSslDtls.Identity left = suite.name().startsWith("AEAD") ? ec : rsa;
    OpenSslDtls.Identity right = left.equals(ec) ? rsa : ec;
    String byServer = offered.equals("all") ? ALL : offered;
    String byClient = offered.equals("all") ? ALL_WORST_FIRST : offered;
    int leftPort = freePort();
    int rightPort = freePort();
    RealRecorder.Capture capture;
    try (RealRecorder recorder = new RealRecorder(spool);
        DialogCall call = new DialogCall(recorder.address().getPort());
        OpenSslDtls server =
            OpenSslDtls.passive(right, rightPort, "-dtls1_2", "-use_srtp", byServer)) {
      SipPeer.Message answer =
          call.invite(offer(leftPort, left.fingerprint(), rightPort, right.fingerprint()));
      call.acknowledge("");
      assertThat(answer.bodyText().lines().filter(line -> line.startsWith("a=setup:")))
          .containsExactly("a=setup:passive", "a=setup:active");
      try (OpenSslDtls client =
          OpenSslDtls.active(
              left, leftPort, call.ports().getFirst(), "-dtls1_2", "-use_srtp", byClient)) {
        assertThat(client.profile()).isEqualTo(agreed);
        assertThat(server.profile()).isEqualTo(agreed);
        SrtpKey ofLeft = client.key(suite);
        SrtpKey ofRight = server.key(suite);
        // Both leave; SRTP goes on under their keys (RFC 5764 §3)
        client.end();
        server.end();
        send(call, 0, leftPort, ofLeft);
        send(call, 1, rightPort, ofRight);
      }
      call.bye();
      capture = recorder.captures().get(call.callId());
    }
    for (int stream = 0; stream < 2; stream++) {
      List<byte[]> sent = packets(stream);
      List<byte[]> kept = capture.packets.getOrDefault(stream, List.of());
      assertThat(kept).as("stream %d: %s", stream, capture.texts()).hasSameSizeAs(sent);
      for (int i = 0; i < PACKETS; i++) {
        assertThat(kept.get(i)).isEqualTo(sent.get(i));
      }
    }
    assertThat(capture.texts())
        .contains("left stream is SRTP by DTLS, " + suite, "right stream is SRTP by DTLS, " + suite)
        .noneMatch(text -> text.contains("failed"));
    assertThat(capture.summary().flags()).doesNotContain(CallFlag.SRTP_FAILED);
  }

  @Test
  void anOpenSslWithAnotherCertificateThanTheOfferedIsRefusedInEitherRole(@TempDir Path spool)
      throws Exception {
    int leftPort = freePort();
    int rightPort = freePort();
    RealRecorder.Capture capture;
    try (RealRecorder recorder = new RealRecorder(spool);
        DialogCall call = new DialogCall(recorder.address().getPort());
        OpenSslDtls server =
            OpenSslDtls.passive(rsa, rightPort, "-dtls1_2", "-use_srtp", ALL, "-naccept", "1")) {
      // Each has the other's
      call.invite(offer(leftPort, rsa.fingerprint(), rightPort, ec.fingerprint()));
      call.acknowledge("");
      try (OpenSslDtls client =
          OpenSslDtls.active(ec, leftPort, call.ports().getFirst(), "-dtls1_2", "-use_srtp", ALL)) {
        assertThat(client.failure()).contains("alert bad certificate");
        assertThat(server.failure()).contains("alert bad certificate");
      }
      SrtpKey any = SrtpKey.draw(SrtpSuite.AEAD_AES_256_GCM, new java.security.SecureRandom());
      send(call, 0, leftPort, any);
      send(call, 1, rightPort, any);
      call.bye();
      capture = recorder.captures().get(call.callId());
    }
    assertThat(capture.packets).isEmpty();
    assertThat(capture.texts())
        .anyMatch(
            text ->
                text.startsWith("left stream: the DTLS handshake failed")
                    && text.contains(ec.fingerprint()))
        .anyMatch(
            text ->
                text.startsWith("right stream: the DTLS handshake failed")
                    && text.contains(rsa.fingerprint()));
    assertThat(capture.summary().flags()).contains(CallFlag.SRTP_FAILED);
  }

  @Test
  void dtls10AndAHandshakeWithoutSrtpAreRefused(@TempDir Path spool) throws Exception {
    int leftPort = freePort();
    int rightPort = freePort();
    RealRecorder.Capture capture;
    try (RealRecorder recorder = new RealRecorder(spool);
        DialogCall call = new DialogCall(recorder.address().getPort());
        OpenSslDtls server = OpenSslDtls.passive(rsa, rightPort, "-dtls1_2", "-naccept", "1")) {
      call.invite(offer(leftPort, ec.fingerprint(), rightPort, rsa.fingerprint()));
      call.acknowledge("");
      try (OpenSslDtls client =
          OpenSslDtls.active(
              ec,
              leftPort,
              call.ports().getFirst(),
              "-dtls1",
              "-cipher",
              "DEFAULT@SECLEVEL=0",
              "-use_srtp",
              ALL)) {
        assertThat(client.failure()).contains("alert protocol version");
        assertThat(server.failure()).contains("alert handshake failure");
      }
      call.bye();
      capture = recorder.captures().get(call.callId());
    }
    assertThat(capture.texts())
        .anyMatch(text -> text.startsWith("left stream: the DTLS handshake failed"))
        .anyMatch(
            text ->
                text.startsWith("right stream: the DTLS handshake failed")
                    && text.contains("it chose no SRTP profile of ours"));
  }
}
