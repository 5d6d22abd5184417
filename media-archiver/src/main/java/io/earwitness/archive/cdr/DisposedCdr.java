package io.earwitness.archive.cdr;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Tombstones;
import io.earwitness.call.CallState;
import io.earwitness.call.Party;
import io.earwitness.json.Json;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of a call's row in the lake outlives its recording. The row is kept in the catalog, as the
 * lake holds nothing of its own and the catalog has the parties no more. Pure.
 */
public final class DisposedCdr {
  private DisposedCdr() {}

  /** What stays of a call that is to be disposed of. */
  public static Tombstones.Rest rest(CallEntry call, Tokens tokens, CdrFate fate) {
    List<String> numbers =
        call.summary().parties().stream()
            .map(Party::number)
            .filter(Objects::nonNull)
            .map(tokens::number)
            .distinct()
            .sorted()
            .toList();
    return new Tombstones.Rest(tokens.keyId(), numbers, json(call, tokens, fate));
  }

  private static @Nullable String json(CallEntry call, Tokens tokens, CdrFate fate) {
    CdrRow row = new CdrRows(tokens).row(call);
    return switch (fate) {
      case KEPT -> Json.text(stripped(row, false));
      case TOKENISED -> Json.text(stripped(row, true));
      case REMOVED -> null;
    };
  }

  /** A kept row, as the lake has it. */
  static CdrRow row(String json) {
    try {
      return Json.mapper().readValue(json, CdrRow.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tombstone's CDR row can't be read", e);
    }
  }

  /** Nothing points to objects that are gone; further, nothing to places, persons and dialogs. */
  private static CdrRow stripped(CdrRow row, boolean further) {
    return new CdrRow(
        row.schemaVersion(),
        row.recordingId(),
        row.rowVersion() + 1,
        CallState.DISPOSED.wireName(),
        row.direction(),
        row.startTime(),
        row.endTime(),
        row.zone(),
        row.utcOffsetMinutes(),
        row.durationMs(),
        further ? null : row.callId(),
        further ? List.of() : row.callIds(),
        row.tokenKey(),
        row.callerToken(),
        further ? null : row.callerCountry(),
        further ? null : row.callerPrefix(),
        further ? null : row.callerUserToken(),
        row.calleeToken(),
        further ? null : row.calleeCountry(),
        further ? null : row.calleePrefix(),
        further ? null : row.calleeUserToken(),
        row.partyCount(),
        further ? List.of() : row.teamIds(),
        row.flags(),
        row.sipStatus(),
        further ? null : row.sipReason(),
        row.node(),
        further ? "" : row.matchedRule(),
        row.configurationVersion(),
        row.generation(),
        row.archivedAt(),
        row.keepUntil(),
        row.audioStart(),
        row.audioMs(),
        row.channels(),
        row.codec(),
        row.mediaBytes(),
        row.packets(),
        row.packetsExpected(),
        row.packetsLost(),
        row.worstJitterMs(),
        null,
        null,
        row.announcement());
  }
}
