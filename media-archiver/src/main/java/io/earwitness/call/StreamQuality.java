package io.earwitness.call;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was received on a stream, by RFC 3550 §6.4.1 and appendix A.
 *
 * @param index the stream ({@link StreamDescription#index()})
 * @param ssrc the first synchronisation source, unsigned 32 bit
 * @param packets packets received and written
 * @param bytes RTP bytes received, headers included
 * @param expected by extended sequence numbers; 0 if nothing came
 * @param lost expected less received (duplicates not counted), never negative
 * @param duplicates packets that came again
 * @param reordered packets that came behind a later one
 * @param foreign packets refused because their source was not the offered address, or because they
 *     came before anybody was told of the port
 * @param overflow packets lost in our own buffers (kernel or ring), each marked
 * @param jitterMillis interarrival jitter at the end, in milliseconds; null if not measured
 * @param sourceAddress the address and port that the stream was latched to
 * @param firstPacket arrival of the first packet
 * @param lastPacket arrival of the last packet
 */
public record StreamQuality(
    int index,
    @Nullable Long ssrc,
    long packets,
    long bytes,
    long expected,
    long lost,
    long duplicates,
    long reordered,
    long foreign,
    long overflow,
    @Nullable Double jitterMillis,
    @Nullable String sourceAddress,
    @Nullable Instant firstPacket,
    @Nullable Instant lastPacket) {}
