package io.earwitness.recorder.rtp;

/**
 * What the media plane did since its start, for metrics.
 *
 * @param streams streams being received now
 * @param portsInUse even ports that recordings hold now, reserved ones included
 * @param packets RTP packets received from the right source, those of paused streams included
 * @param written packets handed to captures
 * @param paused packets of paused streams, not written
 * @param foreign packets of another source than the offered one, or that came to a port before it
 *     was told to anybody
 * @param srtpFailed packets that were dropped because SRTP found them not authentic, or replayed
 * @param malformed datagrams that are no RTP of version 2, or longer than 9,216 bytes
 * @param rtcp RTCP packets, those of no use (not authentic, not of the offered source) included
 * @param reports receiver reports sent
 * @param overflow packets that our own buffers or the kernel's dropped, each marked in its capture
 * @param rounds looks at every socket
 * @param congestedRounds rounds cut short because the spool's buffers were nearly full
 * @param longestRoundNanos longest time from the beginning of one round to that of the next
 * @param errors failed reads and unexpected exceptions, after each of which reception went on
 */
public record RtpCounters(
    int streams,
    int portsInUse,
    long packets,
    long written,
    long paused,
    long foreign,
    long srtpFailed,
    long malformed,
    long rtcp,
    long reports,
    long overflow,
    long rounds,
    long congestedRounds,
    long longestRoundNanos,
    long errors) {}
