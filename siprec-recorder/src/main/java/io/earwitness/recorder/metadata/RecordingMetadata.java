package io.earwitness.recorder.metadata;

import io.earwitness.call.DeviationFound;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One recording metadata document (RFC 7865 §6, XML schema in §9), in whatever dialect it came. All
 * ids are opaque strings; an id that the document leaves out is the empty string.
 *
 * @param recordingId what some vendors put as {@code id} on the root; null in RFC 7865
 * @param dataMode whether the document is the whole state or a change of it
 * @param extensions extension data of the recording itself
 * @param malformed whether the document was no well-formed XML, so that parts may be missing
 * @param remarks what was wrong or odd, in plain words, with line and column where there is one
 * @param deviations from RFC 7865, each once
 */
public record RecordingMetadata(
    @Nullable String recordingId,
    DataMode dataMode,
    List<Group> groups,
    List<Session> sessions,
    List<Participant> participants,
    List<Stream> streams,
    List<SessionRecordingAssoc> sessionRecordingAssocs,
    List<ParticipantSessionAssoc> participantSessionAssocs,
    List<ParticipantStreamAssoc> participantStreamAssocs,
    List<ExtensionItem> extensions,
    boolean malformed,
    List<String> remarks,
    List<DeviationFound> deviations) {
  public RecordingMetadata {
    groups = List.copyOf(groups);
    sessions = List.copyOf(sessions);
    participants = List.copyOf(participants);
    streams = List.copyOf(streams);
    sessionRecordingAssocs = List.copyOf(sessionRecordingAssocs);
    participantSessionAssocs = List.copyOf(participantSessionAssocs);
    participantStreamAssocs = List.copyOf(participantStreamAssocs);
    extensions = List.copyOf(extensions);
    remarks = List.copyOf(remarks);
    deviations = List.copyOf(deviations);
  }

  /** RFC 7865 §6.1.1; a document that doesn't say is complete. */
  public enum DataMode {
    COMPLETE,
    PARTIAL
  }

  /**
   * Vendor data (RFC 7865 §6.1 and others: any element of another namespace).
   *
   * @param name the local names from the extended object down, joined by {@code /}, such as {@code
   *     ucid} or {@code callData/fromhdr}; {@code /@x} at the end is an attribute
   * @param label the {@code label} or {@code name} attribute of the nearest element that has one,
   *     such as {@code Diversion}
   * @param value the text
   */
  public record ExtensionItem(String name, @Nullable String label, String value) {}

  /** Communication session group (RFC 7865 §6.2). */
  public record Group(
      String id,
      @Nullable MetadataTime associateTime,
      @Nullable MetadataTime disassociateTime,
      List<ExtensionItem> extensions) {
    public Group {
      extensions = List.copyOf(extensions);
    }
  }

  /**
   * Communication session (RFC 7865 §6.3).
   *
   * @param sipSessionIds {@code uuid;remote=uuid} (RFC 7989) or, from some SRCs, a Call-ID
   * @param groupRef the group's id; null if the session is in none
   */
  public record Session(
      String id,
      List<String> sipSessionIds,
      List<String> reasons,
      @Nullable String groupRef,
      @Nullable MetadataTime startTime,
      @Nullable MetadataTime stopTime,
      List<ExtensionItem> extensions) {
    public Session {
      sipSessionIds = List.copyOf(sipSessionIds);
      reasons = List.copyOf(reasons);
      extensions = List.copyOf(extensions);
    }
  }

  /**
   * A name and address of a participant (RFC 7865 §6.5.1).
   *
   * @param aor the address of record as received
   * @param name null where there is an address only
   * @param lang the name's language (RFC 5646)
   */
  public record NameId(@Nullable String aor, @Nullable String name, @Nullable String lang) {}

  /** Participant (RFC 7865 §6.5). */
  public record Participant(String id, List<NameId> nameIds, List<ExtensionItem> extensions) {
    public Participant {
      nameIds = List.copyOf(nameIds);
      extensions = List.copyOf(extensions);
    }
  }

  /**
   * Media stream (RFC 7865 §6.7).
   *
   * @param label the SDP label (RFC 4574); null if none is given
   */
  public record Stream(
      String id,
      @Nullable String sessionId,
      @Nullable String label,
      List<ExtensionItem> extensions) {
    public Stream {
      extensions = List.copyOf(extensions);
    }
  }

  /** Which communication sessions are recorded (RFC 7865 §6.4). */
  public record SessionRecordingAssoc(
      String sessionId,
      @Nullable MetadataTime associateTime,
      @Nullable MetadataTime disassociateTime) {}

  /** Who takes part in which session (RFC 7865 §6.6). */
  public record ParticipantSessionAssoc(
      String participantId,
      String sessionId,
      @Nullable MetadataTime associateTime,
      @Nullable MetadataTime disassociateTime) {}

  /**
   * Which streams a participant sends and receives now (RFC 7865 §6.8); none means neither.
   *
   * @param send stream ids
   * @param recv stream ids
   */
  public record ParticipantStreamAssoc(
      String participantId,
      List<String> send,
      List<String> recv,
      @Nullable MetadataTime associateTime,
      @Nullable MetadataTime disassociateTime) {
    public ParticipantStreamAssoc {
      send = List.copyOf(send);
      recv = List.copyOf(recv);
    }
  }
}
