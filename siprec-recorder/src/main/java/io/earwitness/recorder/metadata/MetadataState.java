package io.earwitness.recorder.metadata;

import io.earwitness.call.AddressOfRecord;
import io.earwitness.call.Side;
import io.earwitness.call.VendorDatum;
import io.earwitness.recorder.metadata.MetadataChange.Kind;
import io.earwitness.recorder.metadata.RecordingMetadata.DataMode;
import io.earwitness.recorder.metadata.RecordingMetadata.ExtensionItem;
import io.earwitness.recorder.metadata.RecordingMetadata.Participant;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantSessionAssoc;
import io.earwitness.recorder.metadata.RecordingMetadata.ParticipantStreamAssoc;
import io.earwitness.recorder.metadata.RecordingMetadata.Session;
import io.earwitness.recorder.metadata.RecordingMetadata.Stream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The recording metadata of one recording session as it is now, and everybody who ever took part. A
 * complete document replaces the state, a partial one changes it (RFC 7865 §6.1.1, RFC 8068 §3.2).
 * A malformed document only adds: what is missing in it may have been lost with the damage. Not
 * thread-safe.
 */
public final class MetadataState {
  // What goes beyond these is ignored, so that no SRC can fill our memory
  private static final int MAX_MEMBERS = 1000;
  private static final int MAX_STREAMS = 1000;

  /** Sessions and streams that all members are associated with, together. */
  private static final int MAX_ASSOCIATIONS = 10_000;

  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Map<String, Stream> streams = new LinkedHashMap<>();
  private final CommunicationSessions sessions = new CommunicationSessions();
  private final CallIds callIds = new CallIds();
  private final VendorData vendorData = new VendorData();
  private final CallFeatures features = new CallFeatures();
  private final Contradictions contradictions = new Contradictions();
  private Set<String> silentLabels = Set.of();
  private @Nullable AddressOfRecord caller;

  /**
   * Takes in a document, in the order of arrival.
   *
   * @return what it changed, communication sessions first; for the first document, everybody who
   *     joined
   */
  public List<MetadataChange> apply(RecordingMetadata document) {
    Map<String, Member.Standing> before = new LinkedHashMap<>();
    members.forEach((id, member) -> before.put(id, member.standing()));

    callIds.add(document);
    vendorData.add(document);
    contradictions.read(document);
    boolean complete = document.dataMode() == DataMode.COMPLETE && !document.malformed();
    if (complete) {
      streams.clear();
      members.values().forEach(member -> member.sessions.clear());
    }
    document.extensions().forEach(this::fromHeader);
    document.sessions().forEach(session -> session.extensions().forEach(this::fromHeader));
    document.groups().forEach(group -> group.extensions().forEach(this::fromHeader));
    for (Stream stream : document.streams()) {
      Stream known = streams.get(stream.id());
      boolean room = known != null || streams.size() < MAX_STREAMS;
      if (room && (stream.label() != null || known == null)) {
        // Without its extensions, which nothing asks the state for
        streams.put(
            stream.id(), new Stream(stream.id(), stream.sessionId(), stream.label(), List.of()));
      }
    }
    document.participants().forEach(participant -> member(key(participant)).update(participant));
    presence(document, complete);
    associations(document, complete);
    List<MetadataChange> ofMembers = new MetadataChanges(before, members).list(document);
    List<MetadataChange> changes = new ArrayList<>(sessions.apply(document, complete));
    // Some SBCs renew all ids within a call; and who stays while others come tells it better
    if (CommunicationSessions.areRenewed(changes)
        && (somebodyStays(ofMembers)
            || ofMembers.stream().noneMatch(MetadataState::isComingOrGoing))) {
      changes.clear();
    }
    changes.addAll(ofMembers);
    changes.addAll(told());
    return changes;
  }

  /**
   * Takes in headers of a SIP message that tell of the recorded call.
   *
   * @return what they tell of how the call came about, as far as it is new
   */
  public List<MetadataChange> headers(List<VendorDatum> headers) {
    headers.forEach(vendorData::add);
    headers.forEach(callIds::add);
    return told();
  }

  private List<MetadataChange> told() {
    return features.lines(vendorData.list()).stream()
        .map(line -> new MetadataChange(MetadataChange.Kind.TOLD, "", null, null, line))
        .toList();
  }

  /** What the SRC told beside the standard's own elements. */
  public List<VendorDatum> vendorData() {
    return vendorData.list();
  }

  /**
   * Which statements of the SRC contradict each other, each named once.
   *
   * @param cnames the RTCP CNAMEs that the SDP names (RFC 5576 §6.1), by the label of their m-line
   */
  public List<String> contradictions(Map<String, List<String>> cnames) {
    return contradictions.found(members.values(), streams, caller, cnames);
  }

  private boolean somebodyStays(List<MetadataChange> changes) {
    long joined = changes.stream().filter(change -> change.kind() == Kind.JOINED).count();
    return members.values().stream().filter(member -> member.present).count() > joined;
  }

  private static boolean isComingOrGoing(MetadataChange change) {
    return change.kind() == Kind.JOINED || change.kind() == Kind.LEFT;
  }

  /**
   * What a partial document, not yet taken in, refers to though neither it nor any before it has
   * told of it: then one before it was lost. For people; null if there is nothing.
   */
  public @Nullable String unknownReference(RecordingMetadata document) {
    return document.dataMode() == DataMode.COMPLETE
        ? null
        : new UnknownReference(
                document, members::containsKey, sessions::isKnown, streams::containsKey)
            .find();
  }

  /** Whether there is no communication session now, and nobody takes part in any. */
  public boolean isIdle() {
    return !sessions.isAnyActive() && members.values().stream().noneMatch(m -> m.present);
  }

  /** Whether anything was ever said of any participant or stream. */
  public boolean isEmpty() {
    return members.isEmpty() && streams.isEmpty();
  }

  /** Whether somebody who takes part is on hold. */
  public boolean isAnybodyOnHold() {
    return members.values().stream()
        .anyMatch(member -> member.present && (member.silenced || member.deafened));
  }

  /** The labels of all current streams, to be compared with those of the SDP. */
  public Set<String> labels() {
    Set<String> labels = new LinkedHashSet<>();
    for (Stream stream : streams.values()) {
      if (stream.label() != null) {
        labels.add(stream.label());
      }
    }
    return labels;
  }

  /**
   * Every identifier by which somebody may look for the call, in order of appearance: both halves
   * of each sipSessionID, session and group ids, vendor ids (UCID, GUID and the like).
   */
  public List<String> callIds() {
    return callIds.list();
  }

  /**
   * Labels of streams on which nobody is heard, such as video: who sends such a stream is heard on
   * the other that it sends. To be told before the document that names them.
   */
  public void silentLabels(Set<String> labels) {
    silentLabels = Set.copyOf(labels);
  }

  /**
   * Everybody who ever took part: the calling party first, then the others in order of appearance.
   *
   * <p>The calling party is who the SRC says it is (Oracle's {@code callingParty}, the From header
   * in Sonus' {@code callData}, BroadWorks' {@code callingPartyNumber}), else who is heard on the
   * first m-line, else who is named first. One person under several ids (some SBCs renew all ids in
   * a transfer) is one party.
   *
   * @param labels the labels of the recording session's m-lines, in their order; null for an m-line
   *     without label
   */
  public List<MetadataParty> parties(List<? extends @Nullable String> labels) {
    Member calling = callingParty(labels);
    Map<String, Member> persons = new LinkedHashMap<>();
    if (calling != null) {
      persons.put(person(calling), calling);
    }
    for (Member member : members.values()) {
      persons.merge(
          person(member), member, (one, other) -> other.present && !one.present ? other : one);
    }
    String callingPerson = calling == null ? null : person(calling);
    List<MetadataParty> parties = new ArrayList<>();
    for (Map.Entry<String, Member> entry : persons.entrySet()) {
      Member member = entry.getValue();
      int index = member.lastLabel == null ? -1 : labels.indexOf(member.lastLabel);
      parties.add(
          new MetadataParty(
              member.id,
              member.name(),
              member.aor(),
              member.number(),
              member.lastLabel,
              index < 0 || index > 255 ? null : new Side(index),
              entry.getKey().equals(callingPerson),
              member.present));
    }
    return parties;
  }

  private @Nullable Member callingParty(List<? extends @Nullable String> labels) {
    for (Member member : members.values()) {
      if (Boolean.TRUE.equals(member.saidToBeCalling())) {
        return member;
      }
    }
    for (Member member : members.values()) {
      if (caller != null && member.isAt(caller)) {
        return member;
      }
    }
    List<Member> candidates =
        members.values().stream().filter(m -> m.saidToBeCalling() == null).toList();
    String firstLabel = labels.isEmpty() ? null : labels.getFirst();
    for (Member member : candidates) {
      if (firstLabel != null && firstLabel.equals(member.lastLabel)) {
        return member;
      }
    }
    return candidates.isEmpty() ? null : candidates.getFirst();
  }

  /** The same for two ids of one person on one stream. */
  private static String person(Member member) {
    String aor = member.aor();
    return aor == null ? "id " + member.id : "aor " + aor + " " + member.lastLabel;
  }

  private static String key(Participant participant) {
    if (!participant.id().isEmpty() || participant.nameIds().isEmpty()) {
      return participant.id();
    }
    return "aor " + participant.nameIds().getFirst().aor();
  }

  /** Keeps who called, as Sonus says in {@code fromhdr}, BroadWorks in its own words. */
  private void fromHeader(ExtensionItem item) {
    String name = item.name().toLowerCase(Locale.ROOT);
    if (name.endsWith("fromhdr") || name.endsWith("callingpartynumber")) {
      caller = AddressOfRecord.parse(item.value());
    }
  }

  private Member member(String id) {
    return members.size() < MAX_MEMBERS
        ? members.computeIfAbsent(id, Member::new)
        : members.getOrDefault(id, new Member(id));
  }

  /** How many sessions and streams the members are associated with, all together. */
  int associations() {
    return members.values().stream().mapToInt(Member::associations).sum();
  }

  private void associate(Set<String> associated, List<String> ids) {
    int count = associations();
    for (String id : ids) {
      if (count < MAX_ASSOCIATIONS && associated.add(id)) {
        count++;
      }
    }
  }

  /** Who takes part after this document. */
  private void presence(RecordingMetadata document, boolean complete) {
    Set<String> joined = new HashSet<>();
    Set<String> left = new HashSet<>();
    for (ParticipantSessionAssoc assoc : document.participantSessionAssocs()) {
      Member member = member(assoc.participantId());
      if (assoc.disassociateTime() == null) {
        associate(member.sessions, List.of(assoc.sessionId()));
        joined.add(member.id);
      } else {
        member.sessions.remove(assoc.sessionId());
        left.add(member.id);
      }
    }
    for (Session session : document.sessions()) {
      if (session.stopTime() != null) {
        for (Member member : members.values()) {
          if (member.sessions.remove(session.id())) {
            joined.remove(member.id);
            left.add(member.id);
          }
        }
      }
    }
    Set<String> mentioned = new HashSet<>();
    document.participants().forEach(participant -> mentioned.add(key(participant)));
    for (Member member : members.values()) {
      if (!member.sessions.isEmpty() || joined.contains(member.id)) {
        member.present = true;
      } else if (left.contains(member.id)) {
        member.present = false;
      } else if (mentioned.contains(member.id)) {
        // Dialects without participantsessionassoc: who is named takes part
        member.present = true;
      } else if (complete) {
        member.present = false;
      }
    }
  }

  /** Who sends and receives which streams after this document. */
  private void associations(RecordingMetadata document, boolean complete) {
    Set<String> replaced = new HashSet<>();
    if (complete && !document.participantStreamAssocs().isEmpty()) {
      for (Member member : members.values()) {
        member.sends.clear();
        member.recvs.clear();
        replaced.add(member.id);
      }
    }
    for (ParticipantStreamAssoc assoc : document.participantStreamAssocs()) {
      Member member = member(assoc.participantId());
      // An association lists all that holds now (§6.8.1); several in one document belong together
      if (replaced.add(member.id)) {
        member.sends.clear();
        member.recvs.clear();
      }
      if (assoc.disassociateTime() == null) {
        associate(member.sends, assoc.send());
        associate(member.recvs, assoc.recv());
      }
    }
    for (Member member : members.values()) {
      if (!member.present) {
        member.sends.clear();
        member.recvs.clear();
      }
      for (String send : member.sends) {
        Stream stream = streams.get(send);
        String label = stream == null ? null : stream.label();
        if (label != null && !silentLabels.contains(label)) {
          member.lastLabel = label;
        }
      }
    }
  }
}
