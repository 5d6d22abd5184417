package io.earwitness.recorder.rtp;

/** What the receive thread counts; read and written by that thread only. */
final class LoopCounters {
  long packets;
  long written;
  long paused;
  long foreign;
  long srtpFailed;
  long malformed;
  long rtcp;
  long reports;
  long overflow;
  long rounds;
  long congestedRounds;
  long longestRoundNanos;
  long errors;
  int streams;

  RtpCounters snapshot(int portsInUse) {
    return new RtpCounters(
        streams,
        portsInUse,
        packets,
        written,
        paused,
        foreign,
        srtpFailed,
        malformed,
        rtcp,
        reports,
        overflow,
        rounds,
        congestedRounds,
        longestRoundNanos,
        errors);
  }
}
