package io.earwitness.recorder.client;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the calls of one run. Written as JSON by {@code ./earwitness call}.
 *
 * @param failed calls with an {@link Call#error}
 */
public record ClientResult(int calls, int failed, List<Call> results) {
  static ClientResult of(List<Call> results) {
    int failed = (int) results.stream().filter(call -> call.error() != null).count();
    return new ClientResult(results.size(), failed, List.copyOf(results));
  }

  /**
   * One call.
   *
   * @param number from 1, in the order of beginning
   * @param callId of the recording session's dialog; null if no INVITE could be made
   * @param status the final SIP status of the INVITE; 0 if there was none
   * @param error what went wrong; null if nothing did
   * @param inviteSent when the INVITE was sent
   * @param answered when its final response came
   * @param answerMillis from INVITE to final response
   * @param mediaStart when the first packet was sent
   * @param ended when the BYE was sent
   * @param streams one for each m-line; empty if no media was sent, because the call failed or the
   *     recorder wants none
   */
  public record Call(
      int number,
      @Nullable String callId,
      int status,
      @Nullable String error,
      @Nullable Instant inviteSent,
      @Nullable Instant answered,
      @Nullable Double answerMillis,
      @Nullable Instant mediaStart,
      @Nullable Instant ended,
      List<Stream> streams) {
    public Call {
      streams = List.copyOf(streams);
    }
  }

  /**
   * What was sent on one stream.
   *
   * @param side {@code left} or {@code right}
   * @param speech the name of the clip or file
   * @param localPort the RTP source port, as offered
   * @param remote the address and port that the recorder answered
   * @param packets sent
   * @param bytes of RTP sent, headers included, before it is encrypted
   * @param refused packets that the recorder's host answered with ICMP port unreachable, as far as
   *     this host told
   * @param samples sent
   * @param pcmSha256 SHA-256 of these samples as a decoder gets them: 16 bit, little-endian
   * @param srtp the crypto suite that was agreed on; null for plain RTP
   * @param reports what the recorder told of this stream by RTCP; null if no media was sent
   * @param pauses spans in which nothing was sent
   */
  public record Stream(
      String side,
      String label,
      String codec,
      String speech,
      int localPort,
      String remote,
      long ssrc,
      long packets,
      long bytes,
      long refused,
      long samples,
      String pcmSha256,
      @Nullable String srtp,
      @Nullable Reports reports,
      List<Pause> pauses) {
    public Stream {
      pauses = List.copyOf(pauses);
    }
  }

  /**
   * Receiver reports of the recorder (RFC 3550 §6.4.2); figures of the last one.
   *
   * @param received how many came
   * @param lost packets, by the recorder's count; negative if some came twice
   * @param highestSequence highest sequence number received, extended by its cycles
   * @param roundTripMillis from our sender report to its receiver report and back, the recorder's
   *     delay taken off; null if not known yet
   */
  public record Reports(
      long received, long lost, long highestSequence, @Nullable Double roundTripMillis) {}

  /**
   * A pause in a stream (a hold): the RTP time goes on, packets do not.
   *
   * @param atSample samples sent before it
   * @param samples how long it was
   */
  public record Pause(long atSample, long samples) {}
}
