package io.earwitness.capture;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the spool fares, for health checks and metrics.
 *
 * @param sessions captures being written
 * @param failing captures whose latest write failed; they are tried again all the time
 * @param writeErrors failed writes since the start
 * @param lastError the latest failure to write or sync, for people; null if there was none
 * @param refusedPackets media packets not taken since the start
 * @param bufferedBytes memory that waits to be sealed
 * @param syncMethod {@code syncfs}, or {@code fsync} of each file
 * @param syncs syncs since the start
 * @param syncErrors failed syncs since the start
 * @param syncedAt what was written before this instant survives a power cut; null before the first
 *     sync
 */
public record SpoolHealth(
    int sessions,
    int failing,
    long writeErrors,
    @Nullable String lastError,
    long refusedPackets,
    long bufferedBytes,
    String syncMethod,
    long syncs,
    long syncErrors,
    @Nullable Instant syncedAt) {}
