package io.earwitness.recorder.metadata;

import io.earwitness.recorder.metadata.Member.Standing;
import io.earwitness.recorder.metadata.MetadataChange.Kind;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantSessionAssoc;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantStreamAssoc;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The difference that one document made, for people. */
final class MetadataChanges {
  private static final Standing ABSENT = new Standing(false, Set.of(), Set.of(), "");

  private final Map<String, Standing> before;
  private final Map<String, Member> members;

  MetadataChanges(Map<String, Standing> before, Map<String, Member> members) {
    this.before = before;
    this.members = members;
  }

  /** Leavers first, so that a transfer reads in the order in which it happened. */
  List<MetadataChange> list(RecordingMetadata document) {
    Collection<Member> left = new ArrayList<>();
    Collection<Member> joined = new ArrayList<>();
    List<MetadataChange> others = new ArrayList<>();
    for (Member member : members.values()) {
      Standing old = before.getOrDefault(member.id, ABSENT);
      if (old.present() && !member.present) {
        left.add(member);
      } else if (!old.present() && member.present) {
        joined.add(member);
      } else if (member.present) {
        stayed(member, old, document, others);
      }
    }
    withoutRenewedIds(left, joined);
    List<MetadataChange> changes = new ArrayList<>();
    for (Member member : left) {
      member.silenced = false;
      member.deafened = false;
      changes.add(change(Kind.LEFT, member, document, member.title() + " left"));
    }
    for (Member member : joined) {
      changes.add(change(Kind.JOINED, member, document, member.title() + " joined"));
    }
    changes.addAll(others);
    return changes;
  }

  private void stayed(
      Member member, Standing old, RecordingMetadata document, List<MetadataChange> changes) {
    if (!old.title().equals(member.title())) {
      String text = old.title() + " is now " + member.title();
      changes.add(change(Kind.IDENTIFIED, member, document, text));
    }
    boolean wasHeld = member.silenced || member.deafened;
    if (!old.sends().isEmpty() && member.sends.isEmpty()) {
      member.silenced = true;
    }
    if (!old.recvs().isEmpty() && member.recvs.isEmpty() && anybodySends(old.recvs())) {
      member.deafened = true;
    }
    member.silenced &= member.sends.isEmpty();
    member.deafened &= member.recvs.isEmpty();
    boolean held = member.silenced || member.deafened;
    if (held && !wasHeld) {
      String how = member.silenced ? "no longer heard" : "no longer hears the other side";
      changes.add(change(Kind.HELD, member, document, member.title() + " is on hold: " + how));
    } else if (wasHeld && !held) {
      changes.add(change(Kind.RESUMED, member, document, member.title() + " is back from hold"));
    }
  }

  /**
   * Who no longer hears somebody that is itself silenced is not on hold: there is nothing to hear.
   */
  private boolean anybodySends(Set<String> streams) {
    return members.values().stream()
        .anyMatch(member -> member.sends.stream().anyMatch(streams::contains));
  }

  /** Some SBCs renew all ids within a call: the same person leaves and joins on the same stream. */
  private static void withoutRenewedIds(Collection<Member> left, Collection<Member> joined) {
    Map<String, Member> leavers = new LinkedHashMap<>();
    for (Member member : left) {
      if (member.aor() != null) {
        leavers.put(member.aor() + " " + member.lastLabel, member);
      }
    }
    for (Iterator<Member> each = joined.iterator(); each.hasNext(); ) {
      Member member = each.next();
      Member same = leavers.remove(member.aor() + " " + member.lastLabel);
      if (same != null) {
        left.remove(same);
        each.remove();
      }
    }
  }

  private static MetadataChange change(
      Kind kind, Member member, RecordingMetadata document, String text) {
    return new MetadataChange(
        kind, member.id, member.lastLabel, declared(kind, member, document), text);
  }

  private static @Nullable Instant declared(Kind kind, Member member, RecordingMetadata document) {
    MetadataTime time = null;
    for (ParticipantSessionAssoc assoc : document.participantSessionAssocs()) {
      if (assoc.participantId().equals(member.id) && (kind == Kind.LEFT || kind == Kind.JOINED)) {
        time = kind == Kind.LEFT ? assoc.disassociateTime() : assoc.associateTime();
      }
    }
    for (ParticipantStreamAssoc assoc : document.participantStreamAssocs()) {
      if (assoc.participantId().equals(member.id) && (kind == Kind.HELD || kind == Kind.RESUMED)) {
        time = kind == Kind.HELD ? assoc.disassociateTime() : assoc.associateTime();
      }
    }
    return time == null ? null : time.instant();
  }
}
