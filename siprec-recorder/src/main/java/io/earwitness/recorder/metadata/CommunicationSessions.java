package io.earwitness.recorder.metadata;

import io.earwitness.recorder.metadata.MetadataChange.Kind;
import io.earwitness.recorder.metadata.RecordingMetadata.Session;
import io.earwitness.recorder.metadata.RecordingMetadata.SessionRecordingAssoc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The communication sessions of a recording session: none, one, or many at a time or one after the
 * other (RFC 7865 §6.1.2, §6.3; RFC 7866 §10). Not thread-safe.
 */
final class CommunicationSessions {
  private static final int MAX_SESSIONS = 1000;

  /** Whether each that was ever named goes on. */
  private final Map<String, Boolean> active = new LinkedHashMap<>();

  private boolean anyDocument;

  boolean isKnown(String id) {
    return active.containsKey(id);
  }

  /** Whether any goes on. */
  boolean isAnyActive() {
    return active.containsValue(true);
  }

  /**
   * Takes in a document; a session that it gives no id can't be told from others, and is left out.
   *
   * @param complete whether a session that it doesn't name is over
   * @return which began and ended; not that the only one of a first document began, with which the
   *     recording session itself does
   */
  List<MetadataChange> apply(RecordingMetadata document, boolean complete) {
    Map<String, @Nullable MetadataTime> ended = new LinkedHashMap<>();
    Map<String, @Nullable MetadataTime> named = new LinkedHashMap<>();
    for (Session session : document.sessions()) {
      if (session.stopTime() != null) {
        ended.put(session.id(), session.stopTime());
      } else {
        named.put(session.id(), session.startTime());
      }
    }
    for (SessionRecordingAssoc assoc : document.sessionRecordingAssocs()) {
      if (assoc.disassociateTime() != null) {
        ended.putIfAbsent(assoc.sessionId(), assoc.disassociateTime());
        named.remove(assoc.sessionId());
      }
    }
    ended.remove("");
    named.remove("");
    Set<String> over = new LinkedHashSet<>(ended.keySet());
    if (complete) {
      active.keySet().stream().filter(id -> !named.containsKey(id)).forEach(over::add);
    }
    List<MetadataChange> changes = new ArrayList<>();
    for (String id : over) {
      Boolean before =
          active.size() < MAX_SESSIONS ? active.put(id, false) : active.replace(id, false);
      if (Boolean.TRUE.equals(before)) {
        changes.add(change(Kind.SESSION_ENDED, id, "ended", ended.get(id)));
      }
    }
    boolean withTheRecording = !anyDocument && named.size() == 1;
    for (Map.Entry<String, @Nullable MetadataTime> one : named.entrySet()) {
      boolean room = active.size() < MAX_SESSIONS || active.containsKey(one.getKey());
      if (room && !Boolean.TRUE.equals(active.put(one.getKey(), true)) && !withTheRecording) {
        changes.add(change(Kind.SESSION_BEGAN, one.getKey(), "began", one.getValue()));
      }
    }
    anyDocument = true;
    return changes;
  }

  /** Whether as many began as ended: with the same people in them, only the ids are new. */
  static boolean areRenewed(List<MetadataChange> changes) {
    long began = changes.stream().filter(one -> one.kind() == Kind.SESSION_BEGAN).count();
    return 2 * began == changes.size();
  }

  private static MetadataChange change(
      Kind kind, String id, String what, @Nullable MetadataTime time) {
    return new MetadataChange(
        kind,
        "",
        null,
        time == null ? null : time.instant(),
        "communication session %s %s".formatted(id, what));
  }
}
