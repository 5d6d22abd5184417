package io.earwitness.recorder.metadata;

import io.earwitness.recorder.metadata.Member.Standing;
import io.earwitness.recorder.metadata.MetadataChange.Kind;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantSessionAssoc;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantStreamAssoc;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
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
    Map<Member, Member> renewed = withoutRenewedIds(left, joined);
    renewed.forEach((old, same) -> renewed(old, same, document, others));
    List<MetadataChange> changes = new ArrayList<>();
    boolean wasConference = before.values().stream().filter(Standing::present).count() > 2;
    for (Member member : left) {
      member.silenced = false;
      member.deafened = false;
      String what = wasConference ? " left the conference" : " left";
      changes.add(change(Kind.LEFT, member, document, member.title() + what));
    }
    boolean isConference = members.values().stream().filter(member -> member.present).count() > 2;
    for (Member member : joined) {
      String what = isConference ? " joined the conference" : " joined";
      changes.add(change(Kind.JOINED, member, document, member.title() + what));
    }
    changes.addAll(transfers(left, joined, document));
    changes.addAll(others);
    return changes;
  }

  /**
   * Where one left and one joined on the same stream in one document, and nobody who stayed is
   * heard there beside two parties, the call was transferred (RFC 8068 §3.2.3).
   */
  private List<MetadataChange> transfers(
      Collection<Member> left, Collection<Member> joined, RecordingMetadata document) {
    List<MetadataChange> changes = new ArrayList<>();
    boolean wereTwo = before.values().stream().filter(Standing::present).count() == 2;
    Map<String, List<Member>> leavers = byLabel(left);
    Map<String, List<Member>> joiners = byLabel(joined);
    Set<Member> newcomers = new HashSet<>(joined);
    Map<String, List<Member>> stayers =
        byLabel(
            members.values().stream().filter(m -> m.present && !newcomers.contains(m)).toList());
    leavers.forEach(
        (label, gone) -> {
          List<Member> come = joiners.getOrDefault(label, List.of());
          boolean shared = stayers.containsKey(label);
          if (gone.size() == 1 && come.size() == 1 && (wereTwo || !shared)) {
            Member successor = come.getFirst();
            String text =
                "transferred from " + gone.getFirst().title() + " to " + successor.title();
            changes.add(change(Kind.TRANSFERRED, successor, document, text));
          }
        });
    return changes;
  }

  /** Those that are, or were, heard, by the label of the stream. */
  private static Map<String, List<Member>> byLabel(Collection<Member> some) {
    Map<String, List<Member>> byLabel = new LinkedHashMap<>();
    for (Member member : some) {
      if (member.lastLabel != null) {
        byLabel.computeIfAbsent(member.lastLabel, label -> new ArrayList<>()).add(member);
      }
    }
    return byLabel;
  }

  /** The same person on the same stream under another id: what it was on hold for stays. */
  private void renewed(
      Member old, Member same, RecordingMetadata document, List<MetadataChange> changes) {
    boolean wasHeld = old.isHeld();
    same.silenced = old.silenced && same.sends.isEmpty();
    same.deafened = old.deafened && same.recvs.isEmpty();
    old.silenced = false;
    old.deafened = false;
    if (wasHeld && !same.isHeld()) {
      changes.add(change(Kind.RESUMED, same, document, same.title() + " is back from hold"));
    }
  }

  private void stayed(
      Member member, Standing old, RecordingMetadata document, List<MetadataChange> changes) {
    if (!old.title().equals(member.title())) {
      String text = old.title() + " is now " + member.title();
      changes.add(change(Kind.IDENTIFIED, member, document, text));
    }
    boolean wasHeld = member.isHeld();
    if (!old.sends().isEmpty() && member.sends.isEmpty()) {
      member.silenced = true;
    }
    if (!old.recvs().isEmpty() && member.recvs.isEmpty() && anybodySends(old.recvs())) {
      member.deafened = true;
    }
    member.silenced &= member.sends.isEmpty();
    member.deafened &= member.recvs.isEmpty();
    boolean held = member.isHeld();
    if (held && !wasHeld) {
      changes.add(change(Kind.HELD, member, document, hold(member)));
    } else if (wasHeld && !held) {
      changes.add(change(Kind.RESUMED, member, document, member.title() + " is back from hold"));
    }
  }

  /**
   * Who still sends, but receives no more, is who put the other on hold (RFC 3264 §8.4); told only
   * of two parties, of whom one and no other does so.
   */
  private String hold(Member member) {
    List<Member> present = members.values().stream().filter(m -> m.present).limit(3).toList();
    List<Member> holders =
        present.stream().filter(m -> !m.sends.isEmpty() && m.recvs.isEmpty()).toList();
    boolean known = present.size() == 2 && holders.size() == 1;
    Member holder = known ? holders.getFirst() : null;
    if (holder == member && member.deafened) {
      return "held by " + member.title() + ", who no longer hears the other side";
    }
    String how = member.silenced ? "no longer heard" : "no longer hears the other side";
    return holder != null && member.silenced
        ? "held by " + holder.title() + ": " + member.title() + " is no longer heard"
        : member.title() + " is on hold: " + how;
  }

  /**
   * Who no longer hears somebody that is itself silenced is not on hold: there is nothing to hear.
   */
  private boolean anybodySends(Set<String> streams) {
    return members.values().stream()
        .anyMatch(member -> member.sends.stream().anyMatch(streams::contains));
  }

  /** Some SBCs renew all ids within a call: the same person leaves and joins on the same stream. */
  private static Map<Member, Member> withoutRenewedIds(
      Collection<Member> left, Collection<Member> joined) {
    Map<Member, Member> renewed = new LinkedHashMap<>();
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
        renewed.put(same, member);
      }
    }
    return renewed;
  }

  private static MetadataChange change(
      Kind kind, Member member, RecordingMetadata document, String text) {
    return new MetadataChange(
        kind, member.id, member.lastLabel, declared(kind, member, document), text);
  }

  private static @Nullable Instant declared(Kind kind, Member member, RecordingMetadata document) {
    MetadataTime time = null;
    for (ParticipantSessionAssoc assoc : document.participantSessionAssocs()) {
      if (assoc.participantId().equals(member.id) && kind != Kind.HELD && kind != Kind.RESUMED) {
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
