package io.earwitness.archive.cdr;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the lake, schema version 1 ({@code docs/formats/cdr.md}). The order and the names of
 * the components (in snake case) are the columns; columns are only ever added at the end.
 */
record CdrRow(
    int schemaVersion,
    String recordingId,
    long rowVersion,
    String state,
    String direction,
    Instant startTime,
    @Nullable Instant endTime,
    String zone,
    int utcOffsetMinutes,
    @Nullable Long durationMs,
    @Nullable String callId,
    List<String> callIds,
    String tokenKey,
    @Nullable String callerToken,
    @Nullable String callerCountry,
    @Nullable String callerPrefix,
    @Nullable String callerUserToken,
    @Nullable String calleeToken,
    @Nullable String calleeCountry,
    @Nullable String calleePrefix,
    @Nullable String calleeUserToken,
    int partyCount,
    List<String> teamIds,
    List<String> flags,
    @Nullable Integer sipStatus,
    @Nullable String sipReason,
    String node,
    String matchedRule,
    String configurationVersion,
    @Nullable Integer generation,
    @Nullable Instant archivedAt,
    @Nullable Instant keepUntil,
    @Nullable Instant audioStart,
    @Nullable Long audioMs,
    @Nullable Integer channels,
    @Nullable String codec,
    @Nullable Long mediaBytes,
    @Nullable Long packets,
    @Nullable Long packetsExpected,
    @Nullable Long packetsLost,
    @Nullable Double worstJitterMs,
    @Nullable String manifestKey,
    @Nullable String manifestVersion,
    @Nullable String announcement) {
  static final int SCHEMA_VERSION = 1;
}
