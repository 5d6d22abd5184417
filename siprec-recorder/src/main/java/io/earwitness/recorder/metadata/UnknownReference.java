package io.earwitness.recorder.metadata;

import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantSessionAssoc;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantStreamAssoc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a document refers to and nobody has told of: a sign that an update before it was lost. */
final class UnknownReference {
  private final RecordingMetadata document;
  private final Predicate<String> participants;
  private final Predicate<String> sessions;
  private final Predicate<String> streams;

  /**
   * Looks at a document beside what earlier ones told.
   *
   * @param participants and {@code sessions}, {@code streams}: which ids earlier ones told of
   */
  UnknownReference(
      RecordingMetadata document,
      Predicate<String> participants,
      Predicate<String> sessions,
      Predicate<String> streams) {
    this.document = document;
    this.participants =
        participants.or(
            id -> document.participants().stream().anyMatch(one -> one.id().equals(id)));
    this.sessions =
        sessions.or(id -> document.sessions().stream().anyMatch(one -> one.id().equals(id)));
    this.streams =
        streams.or(id -> document.streams().stream().anyMatch(one -> one.id().equals(id)));
  }

  /** The first one, for people; null if there is none. */
  @Nullable String find() {
    for (ParticipantSessionAssoc assoc : document.participantSessionAssocs()) {
      if (!participants.test(assoc.participantId())) {
        return text("participant", assoc.participantId());
      }
      if (!sessions.test(assoc.sessionId())) {
        return text("session", assoc.sessionId());
      }
    }
    for (ParticipantStreamAssoc assoc : document.participantStreamAssocs()) {
      if (!participants.test(assoc.participantId())) {
        return text("participant", assoc.participantId());
      }
      List<String> ids = new ArrayList<>(assoc.send());
      ids.addAll(assoc.recv());
      for (String id : ids) {
        if (!streams.test(id)) {
          return text("stream", id);
        }
      }
    }
    return null;
  }

  private static String text(String what, String id) {
    return "a partial update refers to the %s %s, which was never told of".formatted(what, id);
  }
}
