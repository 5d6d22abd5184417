package io.earwitness.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.RecordingVerifier;
import io.earwitness.archive.VerificationReport;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.client.ClientResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Follows a call that was placed through the whole product: found by search, archived, played back
 * sample for sample as it was sent, and verified without a private key.
 */
final class DemoCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ObjectStore store;
  private final X509Certificate authority;

  DemoCheck(ObjectStore store, X509Certificate authority) {
    this.store = store;
    this.authority = authority;
  }

  /**
   * Checks one call.
   *
   * @return its recording id
   * @throws CommandFailure saying what is not as it should be
   */
  RecordingId check(PortalClient portal, TenantSlug tenant, ClientResult.Call call)
      throws CommandFailure, IOException, InterruptedException {
    if (call.error() != null || call.callId() == null) {
      throw failure("call %d failed: %s".formatted(call.number(), call.error()));
    }
    RecordingId id = RecordingId.parse(archived(portal, call.callId()).path("id").asText());
    short[][] heard = FlacDecoder.decode(portal.get("/recordings/" + id + "/media"));
    if (heard.length != call.streams().size()) {
      throw failure("recording %s has %d channels".formatted(id, heard.length));
    }
    for (int channel = 0; channel < heard.length; channel++) {
      ClientResult.Stream sent = call.streams().get(channel);
      if (!contains(heard[channel], sent)) {
        throw failure(
            "recording %s: the %s channel is not, sample for sample, what was sent"
                .formatted(id, sent.side()));
      }
    }
    VerificationReport report =
        new RecordingVerifier(new ManifestVerifier(authority)).verify(store, tenant, id);
    if (!report.ok()) {
      throw failure("recording %s: %s".formatted(id, report.findings()));
    }
    return id;
  }

  private static CommandFailure failure(String text) {
    return new CommandFailure(ExitCode.FAILED, text);
  }

  private static JsonNode archived(PortalClient portal, String callId)
      throws CommandFailure, IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String state = "not found";
    while (System.nanoTime() < end) {
      JsonNode items =
          portal.json("/recordings?callId=" + PortalClient.encode(callId)).path("items");
      if (!items.isEmpty()) {
        state = items.get(0).path("state").asText();
        if (state.equals("archived")) {
          return items.get(0);
        }
      }
      Thread.sleep(200);
    }
    throw failure("call %s is %s after %s".formatted(callId, state, PATIENCE));
  }

  /** Whether the sent samples stand in the channel, all of them, one behind the other. */
  private static boolean contains(short[] channel, ClientResult.Stream sent) {
    int length = Math.toIntExact(sent.samples());
    ByteBuffer bytes = ByteBuffer.allocate(channel.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (short sample : channel) {
      bytes.putShort(sample);
    }
    for (int from = 0; from + length <= channel.length; from++) {
      if (sha256(bytes.array(), from * 2, length * 2).equals(sent.pcmSha256())) {
        return true;
      }
    }
    return false;
  }

  private static String sha256(byte[] bytes, int offset, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, offset, length);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
