package io.earwitness.recorder.metadata;

import io.earwitness.call.AddressOfRecord;
import io.earwitness.recorder.metadata.RecordingMetadata.NameId;
import io.earwitness.recorder.metadata.RecordingMetadata.Participant;
import io.earwitness.recorder.metadata.RecordingMetadata.Stream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for statements of one SRC that can't both be true: about which participant is heard on
 * which m-line, about who called, and ids that stand for two things (RFC 7865 §6.10, RFC 7866
 * §9.2). Labels that are swapped between two streams are valid by every schema and give each word
 * to the wrong person. Names each contradiction once. Not thread-safe.
 */
final class Contradictions {
  private static final int MAX_LINES = 20;

  /** Of more participants than that, CNAMEs are not looked up: no real call has so many. */
  private static final int MAX_NAMED = 50;

  private final Set<String> told = new HashSet<>();
  private final List<String> pending = new ArrayList<>();

  /** Looks at the ids of one document. */
  void read(RecordingMetadata document) {
    Map<String, String> kinds = new HashMap<>();
    Map<String, String> contents = new HashMap<>();
    document.groups().forEach(group -> id(group.id(), "a group", "", kinds, contents));
    document.sessions().forEach(session -> id(session.id(), "a session", "", kinds, contents));
    for (Participant participant : document.participants()) {
      id(participant.id(), "a participant", name(participant), kinds, contents);
    }
    for (Stream stream : document.streams()) {
      id(stream.id(), "a stream", label(stream), kinds, contents);
    }
  }

  private void id(
      String id,
      String kind,
      String content,
      Map<String, String> kinds,
      Map<String, String> contents) {
    if (id.isEmpty()) {
      return;
    }
    String otherKind = kinds.putIfAbsent(id, kind);
    if (otherKind != null && !otherKind.equals(kind)) {
      pending.add("the id %s stands for %s and for %s".formatted(cut(id), otherKind, kind));
    } else if (!content.isEmpty()) {
      String other = contents.putIfAbsent(id, content);
      if (other != null && !other.equals(content)) {
        pending.add(
            "the id %s stands for two of them: %s, %s".formatted(cut(id), other, cut(content)));
      }
    }
  }

  private static String name(Participant participant) {
    for (NameId nameId : participant.nameIds()) {
      if (nameId.aor() != null) {
        return nameId.aor();
      }
    }
    return "";
  }

  private static String label(Stream stream) {
    return stream.label() == null ? "" : "label " + stream.label();
  }

  /** What is new, ids included. */
  List<String> found(
      Collection<Member> members,
      Map<String, Stream> streams,
      @Nullable AddressOfRecord caller,
      Map<String, List<String>> cnames) {
    List<Member> present = members.stream().filter(member -> member.present).toList();
    List<String> lines = new ArrayList<>(pending);
    pending.clear();
    callers(present, caller, lines);
    labels(present, streams, lines);
    if (present.size() <= MAX_NAMED) {
      cnames.forEach((label, names) -> names(label, names, present, lines));
    }
    lines.removeIf(line -> told.size() >= MAX_LINES || !told.add(line));
    return lines;
  }

  private static void callers(
      List<Member> present, @Nullable AddressOfRecord caller, List<String> lines) {
    List<Member> calling =
        present.stream().filter(m -> Boolean.TRUE.equals(m.saidToBeCalling())).toList();
    if (calling.size() > 1) {
      lines.add(
          "%s and %s are both said to be the calling party"
              .formatted(calling.get(0).title(), calling.get(1).title()));
    }
    if (caller == null || calling.isEmpty()) {
      return;
    }
    for (Member member : present) {
      if (member.isAt(caller) && !calling.contains(member)) {
        lines.add(
            "%s is said to be the calling party, but the From of the call is that of %s"
                .formatted(calling.getFirst().title(), member.title()));
      }
    }
  }

  /** Two streams of one session that claim the same m-line and are sent by different people. */
  private static void labels(
      List<Member> present, Map<String, Stream> streams, List<String> lines) {
    Map<String, Stream> byLabel = new HashMap<>();
    for (Stream stream : streams.values()) {
      Stream other = stream.label() == null ? null : byLabel.putIfAbsent(stream.label(), stream);
      if (other == null || !Objects.equals(other.sessionId(), stream.sessionId())) {
        continue;
      }
      Member one = onlySender(other, present);
      Member two = onlySender(stream, present);
      if (one != null && two != null && one != two) {
        lines.add(
            "the label %s is given to the streams of both %s and %s"
                .formatted(cut(String.valueOf(stream.label())), one.title(), two.title()));
      }
    }
  }

  private static @Nullable Member onlySender(Stream stream, List<Member> present) {
    List<Member> senders = present.stream().filter(m -> m.sends.contains(stream.id())).toList();
    return senders.size() == 1 ? senders.getFirst() : null;
  }

  /** A CNAME may be anything; it counts only where it is the address of exactly one participant. */
  private static void names(
      String label, List<String> cnames, List<Member> present, List<String> lines) {
    for (String cname : cnames) {
      AddressOfRecord address = AddressOfRecord.parse(cname);
      List<Member> named = present.stream().filter(member -> member.isAt(address)).toList();
      Member member = named.size() == 1 ? named.getFirst() : null;
      if (member != null && member.lastLabel != null && !member.lastLabel.equals(label)) {
        lines.add(
            "the SDP's CNAME for label %s, %s, is that of %s, whom the metadata puts on label %s"
                .formatted(cut(label), cut(cname), member.title(), cut(member.lastLabel)));
      }
    }
  }

  private static String cut(String text) {
    return XmlLimits.cut(text, 100);
  }
}
