package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.media.AudioTimeline;
import io.earwitness.call.Announcement;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureReader;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a capture into locked objects: both sides on one time line, encoded once, encrypted for the
 * tenant's keys, signed and committed. Reads the capture twice, so that plain audio is in memory
 * only, one part at a time, and never on a disk. Thread-safe.
 *
 * <p>A capture that is not in this node's spool is put together from rescue copies and becomes
 * generation 1, flagged {@code rescued}; the node that has it then makes generation 2 of it.
 *
 * <p>Outcomes: <i>archived</i>; <i>archived-partial</i> if the capture was not closed in order, is
 * damaged, or our own buffers dropped packets; <i>quarantined</i> if no tenant matched;
 * <i>no-media</i> if no packet came; <i>not-recorded-by-policy</i> if the tenant's policy forbade
 * to keep any: the call record is archived all the same, without media.
 */
public final class Archiver {
  private static final String CODEC = "flac";

  private final CaptureReader captures;
  private final RescueCopies copies;
  private final Directory directory;
  private final CommitProtocol protocol;
  private final ManifestSigner signer;
  private final TenantRecipients recipients;
  private final InstantSource clock;
  private final AnnouncementDuties announcements;
  private final InitialRetention retention;
  private final long partBytes;

  /**
   * Plain samples of one media object; an hour of two channels. No FLAC file is notably larger than
   * its samples (white noise by 2 %), and each thread holds one at a time, once: that and a file of
   * packets are what archiving needs of the heap, beside some bytes for each packet.
   */
  static final long PART_BYTES = 3600L * AudioTimeline.SAMPLE_RATE * 2 * Short.BYTES;

  /**
   * @param catalogRecovery one more recipient of every call record
   * @param quarantine the only recipient of calls of no tenant
   * @param announcements what the tenants' policies ask of calls
   * @param retention until when calls are kept
   */
  public Archiver(
      CaptureReader captures,
      RescueCopies copies,
      Directory directory,
      CommitProtocol protocol,
      ManifestSigner signer,
      Recipient catalogRecovery,
      Recipient quarantine,
      AnnouncementDuties announcements,
      InitialRetention retention,
      InstantSource clock) {
    this(
        captures,
        copies,
        directory,
        protocol,
        signer,
        catalogRecovery,
        quarantine,
        announcements,
        retention,
        clock,
        PART_BYTES);
  }

  Archiver(
      CaptureReader captures,
      RescueCopies copies,
      Directory directory,
      CommitProtocol protocol,
      ManifestSigner signer,
      Recipient catalogRecovery,
      Recipient quarantine,
      AnnouncementDuties announcements,
      InitialRetention retention,
      InstantSource clock,
      long partBytes) {
    this.captures = captures;
    this.copies = copies;
    this.directory = directory;
    this.protocol = protocol;
    this.signer = signer;
    this.recipients = new TenantRecipients(directory, quarantine, catalogRecovery);
    this.announcements = announcements;
    this.retention = retention;
    this.clock = clock;
    this.partBytes = partBytes;
  }

  /** The capture is still being written; archive it later. */
  public static final class StillWrittenException extends IOException {
    private static final long serialVersionUID = 1L;

    StillWrittenException(RecordingId id) {
      super("the capture of recording %s is still being written".formatted(id));
    }
  }

  /** The tenant's policy says that the call is not recorded: nothing of it is archived. */
  public static final class NotRecordedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotRecordedException(RecordingId id, RecordingDecision decision) {
      super("recording %s: %s".formatted(id, decision.reason()));
    }
  }

  /** The call is held on demand and nobody has marked it. */
  public static final class HeldException extends Exception {
    private static final long serialVersionUID = 1L;

    HeldException(RecordingId id) {
      super("recording %s is held until somebody marks it or may no more".formatted(id));
    }
  }

  /** There is neither a capture of the call here nor a rescue copy of one anywhere. */
  public static final class NoCaptureException extends IOException {
    private static final long serialVersionUID = 1L;

    NoCaptureException(CallCatalog.Work work) {
      super(
          "recording %s has no capture in this node's spool, and no rescue copy; it should be with the node '%s'"
              .formatted(work.id(), work.node()));
    }
  }

  /**
   * Archives one call, or reads back an archive for which nobody did; done again, it finishes or
   * finds what was done. When this returns the call is committed and read back, and the catalog
   * knows its outcome.
   *
   * @throws StillWrittenException if the call has not ended
   * @throws NotRecordedException if it is not to be recorded
   * @throws HeldException if it is recorded on demand, and was not marked
   * @throws NoCaptureException if there is nothing to archive it from
   * @throws IOException if the capture can't be read or a key not used, saying why
   * @throws CommitException if something foreign is in the recording's place
   * @throws io.earwitness.archive.store.ObjectStore.ObjectStoreException if the store failed
   * @throws CallCatalog.CatalogUnavailableException if the catalog failed
   */
  public Committed archive(CallCatalog.Work work)
      throws IOException, NotRecordedException, HeldException {
    RecordingId id = work.id();
    if (work.unverified() != null) {
      return protocol.verify(work.tenant(), id, work.unverified());
    }
    if (captures.holds(work.capture())) {
      // Without a rescue there is but one generation; the store decides, the catalog may be behind
      boolean rescued = protocol.isClaimed(work.tenant(), id, Generation.RESCUED);
      int generation = rescued ? Generation.RETURNED : Generation.ORDINARY;
      return archive(work, captures, generation);
    }
    try (RescueCopies.Copy copy =
        copies.copy(work.node(), work.capture()).orElseThrow(() -> new NoCaptureException(work))) {
      return archive(work, copy.reader(), generationOfRescue(work.tenant(), id));
    }
  }

  /** A node may have committed the whole capture before it was gone: then that one is finished. */
  private int generationOfRescue(TenantSlug tenant, RecordingId id) {
    for (int whole : new int[] {Generation.RETURNED, Generation.ORDINARY}) {
      if (protocol.isClaimed(tenant, id, whole)) {
        return whole;
      }
    }
    return Generation.RESCUED;
  }

  private Committed archive(CallCatalog.Work work, CaptureReader source, int generation)
      throws IOException, NotRecordedException, HeldException {
    TenantSlug tenant = work.tenant();
    RecordingId id = work.id();
    CaptureContent content = new CaptureContent(work.capture());
    content.end(source.read(work.capture(), new TenantView(tenant, content)));
    if (!content.call().isClosed() && isBeingWritten(source, work.capture())) {
      throw new StillWrittenException(id);
    }
    CallSummary summary =
        summary(work, content, generation == Generation.RESCUED).withNode(work.node());
    // A copy whose beginning is gone knows less of the call than the catalog does
    if (generation == Generation.RESCUED && content.call().live().isPresent()) {
      CallSummary closed =
          ofTenant(work, content.call().ended(content.lastPacket())).withNode(work.node());
      copies.closed(closed.withState(CallState.CLOSED, summary.end(), closed.flags()));
    }
    if (generation != Generation.RETURNED) {
      // What was archived from rescue copies is locked: then the whole of it is archived, too
      demandRecorded(work, summary);
    }
    addPlayed(summary, content);
    Announcement announcement = judge(summary, content, source);
    summary = flagged(summary, announcement);
    boolean audible = !content.isForbidden() && !content.audio().isEmpty();
    CallFacts facts =
        new CallFacts(
            summary.state(),
            audible ? content.audio().start() : null,
            audible ? content.audio().channels() : 0,
            content.quality(),
            summary.flags(),
            announcement);
    Optional<Committed> done = protocol.finish(tenant, id, generation, facts);
    Committed committed =
        done.isPresent() ? done.get() : commit(summary.alone(), facts, content, source, generation);
    if (announcement != null) {
      announcements.judged(summary, announcement);
    }
    return committed;
  }

  private static void demandRecorded(CallCatalog.Work work, CallSummary summary)
      throws NotRecordedException, HeldException {
    RecordingDecision policy = summary.policy();
    if (policy != null && !policy.recorded()) {
      throw new NotRecordedException(summary.id(), policy);
    }
    if (policy != null && policy.onDemand() && !work.kept()) {
      throw new HeldException(summary.id());
    }
  }

  /** Puts announcements on the time line that were played in the call, where it lacks them. */
  private void addPlayed(CallSummary summary, CaptureContent content) {
    if (summary.tenant().equals(TenantSlug.PLATFORM)) {
      return;
    }
    for (PlayedAnnouncement play : announcements.played(summary)) {
      content.played(play);
    }
  }

  /** What the recording shows of its announcement; null if no policy applied to the call. */
  private @Nullable Announcement judge(
      CallSummary summary, CaptureContent content, CaptureReader source) throws IOException {
    AnnouncementDuties.Duty duty =
        summary.state().hasMedia() && !summary.tenant().equals(TenantSlug.PLATFORM)
            ? announcements.of(summary).orElse(null)
            : null;
    return duty == null
        ? null
        : AnnouncementCheck.judge(summary, duty, content.audio(), content.timeline(), source);
  }

  private static CallSummary flagged(CallSummary summary, @Nullable Announcement announcement) {
    CallFlag flag = AnnouncementCheck.flag(announcement);
    if (flag == null) {
      return summary;
    }
    Set<CallFlag> flags = EnumSet.of(flag);
    flags.addAll(summary.flags());
    return summary.withState(summary.state(), summary.end(), flags);
  }

  private static boolean isBeingWritten(CaptureReader source, RecordingId id) throws IOException {
    return source.list().stream().anyMatch(entry -> entry.id().equals(id) && entry.beingWritten());
  }

  private Committed commit(
      CallSummary summary,
      CallFacts facts,
      CaptureContent content,
      CaptureReader source,
      int generation)
      throws IOException {
    RecordingId id = summary.id();
    TenantRecipients.Writers writers = recipients.writers(summary.tenant());
    Attempt attempt = protocol.begin(summary.tenant(), id, generation);
    SealedObjects objects = new SealedObjects(attempt, id);
    List<String> digests = List.of();
    if (content.hasPackets()) {
      try (MediaObjects media =
          new MediaObjects(objects, writers.media(), content.audio(), partBytes)) {
        source.read(summary.captured(), new TenantView(summary.tenant(), media));
        media.finish();
        digests = media.digests();
        if (!digests.isEmpty()) {
          objects.put("waveform.cms", media.waveform(), writers.media());
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    byte[] record = Json.bytes(record(summary, facts, content, digests));
    objects.put("call.cms", record, writers.callRecord());
    InitialRetention.Kept kept = retention.of(summary);
    Map<String, String> policies = new TreeMap<>(kept.basis().policies());
    policies.put("configuration", summary.configurationVersion());
    policies.put(
        "recording",
        summary.policy() == null ? "none" : Integer.toString(summary.policy().policyVersion()));
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            id,
            summary.tenant(),
            generation,
            attempt.name(),
            clock.instant(),
            kept.until(),
            CODEC,
            content.isForbidden()
                ? 0
                : AudioTimeline.duration(content.audio().samples()).toMillis(),
            writers.keys(),
            policies,
            objects.entries());
    return attempt.commit(signer.sign(manifest), facts);
  }

  private static CallRecord record(
      CallSummary summary, CallFacts facts, CaptureContent content, List<String> digests) {
    return new CallRecord(
        CallRecord.FORMAT,
        summary,
        facts.audioStart(),
        digests.isEmpty() ? null : digests.getFirst(),
        digests.isEmpty() ? List.of() : digests.subList(1, digests.size()),
        content.timeline(),
        content.audio().marks(),
        content.call().streams(),
        content.quality(),
        content.messages(),
        facts.announcement());
  }

  /** The call as the tenant has it for whom it is archived; the catalog decides whose it is. */
  private static CallSummary ofTenant(CallCatalog.Work work, CallSummary ended) {
    return ended.others().stream()
        .filter(other -> other.id().equals(work.id()))
        .findFirst()
        .orElseGet(() -> ended.withTenant(work.tenant()));
  }

  /** The call with its outcome and all flags. */
  private static CallSummary summary(
      CallCatalog.Work work, CaptureContent content, boolean rescued) {
    TenantSlug tenant = work.tenant();
    CallSummary ended = ofTenant(work, content.call().ended(content.lastPacket()));
    Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
    flags.addAll(ended.flags());
    flags.addAll(content.flags());
    if (rescued) {
      flags.add(CallFlag.RESCUED);
    }
    return ended.withState(outcome(tenant, content, flags), ended.end(), flags);
  }

  private static CallState outcome(TenantSlug tenant, CaptureContent content, Set<CallFlag> flags) {
    if (content.isForbidden()) {
      return CallState.NOT_RECORDED_BY_POLICY;
    }
    if (!content.hasPackets()) {
      return CallState.NO_MEDIA;
    }
    if (tenant.equals(TenantSlug.PLATFORM)) {
      return CallState.QUARANTINED;
    }
    return isPartial(flags) ? CallState.ARCHIVED_PARTIAL : CallState.ARCHIVED;
  }

  static boolean isPartial(Set<CallFlag> flags) {
    return flags.contains(CallFlag.RECORDER_INTERRUPTED)
        || flags.contains(CallFlag.RESCUED)
        || flags.contains(CallFlag.CAPTURE_DAMAGED)
        || flags.contains(CallFlag.RECORDER_OVERLOAD)
        || flags.contains(CallFlag.SRTP_FAILED);
  }
}
