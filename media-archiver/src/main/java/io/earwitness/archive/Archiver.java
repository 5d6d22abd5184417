package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.media.AudioTimeline;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.KeepUntil;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureReader;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

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
 * <i>no-media</i> if no packet came: the call record is archived all the same, without media.
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
   */
  public Archiver(
      CaptureReader captures,
      RescueCopies copies,
      Directory directory,
      CommitProtocol protocol,
      ManifestSigner signer,
      Recipient catalogRecovery,
      Recipient quarantine,
      InstantSource clock) {
    this(
        captures,
        copies,
        directory,
        protocol,
        signer,
        catalogRecovery,
        quarantine,
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
      InstantSource clock,
      long partBytes) {
    this.captures = captures;
    this.copies = copies;
    this.directory = directory;
    this.protocol = protocol;
    this.signer = signer;
    this.recipients = new TenantRecipients(directory, quarantine, catalogRecovery);
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
   * @throws NoCaptureException if there is nothing to archive it from
   * @throws IOException if the capture can't be read or a key not used, saying why
   * @throws CommitException if something foreign is in the recording's place
   * @throws io.earwitness.archive.store.ObjectStore.ObjectStoreException if the store failed
   * @throws CallCatalog.CatalogUnavailableException if the catalog failed
   */
  public Committed archive(CallCatalog.Work work) throws IOException {
    RecordingId id = work.id();
    if (work.unverified() != null) {
      return protocol.verify(work.tenant(), id, work.unverified());
    }
    if (captures.holds(id)) {
      // Without a rescue there is but one generation; the store decides, the catalog may be behind
      boolean rescued = protocol.isClaimed(work.tenant(), id, Generation.RESCUED);
      int generation = rescued ? Generation.RETURNED : Generation.ORDINARY;
      return archive(work, captures, id, generation);
    }
    try (RescueCopies.Copy copy =
        copies.copy(work.node(), id).orElseThrow(() -> new NoCaptureException(work))) {
      return archive(work, copy.reader(), id, generationOfRescue(work.tenant(), id));
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

  private Committed archive(
      CallCatalog.Work work, CaptureReader source, RecordingId id, int generation)
      throws IOException {
    TenantSlug tenant = work.tenant();
    CaptureContent content = new CaptureContent(id);
    content.end(source.read(id, content));
    if (!content.call().isClosed() && isBeingWritten(source, id)) {
      throw new StillWrittenException(id);
    }
    CallSummary summary =
        summary(tenant, content, generation == Generation.RESCUED).withNode(work.node());
    // A copy whose beginning is gone knows less of the call than the catalog does
    if (generation == Generation.RESCUED && content.call().live().isPresent()) {
      copies.closed(
          summary.withState(CallState.CLOSED, summary.end(), content.call().ended(null).flags()));
    }
    CallFacts facts =
        new CallFacts(
            summary.state(),
            content.audio().isEmpty() ? null : content.audio().start(),
            content.audio().isEmpty() ? 0 : content.audio().channels(),
            content.quality(),
            summary.flags());
    Optional<Committed> done = protocol.finish(tenant, id, generation, facts);
    return done.isPresent() ? done.get() : commit(summary, facts, content, source, generation);
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
        source.read(id, media);
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
    Retention retention = retention(summary.tenant());
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            id,
            summary.tenant(),
            generation,
            attempt.name(),
            clock.instant(),
            retention.until(Objects.requireNonNull(summary.end())),
            CODEC,
            AudioTimeline.duration(content.audio().samples()).toMillis(),
            writers.keys(),
            Map.of(
                "configuration",
                summary.configurationVersion(),
                "retention",
                "calendar-years-" + retention.years()),
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
        content.messages());
  }

  /** The call with its outcome and all flags; the catalog decides whose it is. */
  private static CallSummary summary(TenantSlug tenant, CaptureContent content, boolean rescued) {
    CallSummary ended = content.call().ended(content.lastPacket());
    Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
    flags.addAll(ended.flags());
    flags.addAll(content.flags());
    if (rescued) {
      flags.add(CallFlag.RESCUED);
    }
    return ended.withTenant(tenant).withState(outcome(tenant, content, flags), ended.end(), flags);
  }

  private static CallState outcome(TenantSlug tenant, CaptureContent content, Set<CallFlag> flags) {
    if (!content.hasPackets()) {
      return CallState.NO_MEDIA;
    }
    if (tenant.equals(TenantSlug.PLATFORM)) {
      return CallState.QUARANTINED;
    }
    boolean partial =
        flags.contains(CallFlag.RECORDER_INTERRUPTED)
            || flags.contains(CallFlag.RESCUED)
            || flags.contains(CallFlag.CAPTURE_DAMAGED)
            || flags.contains(CallFlag.RECORDER_OVERLOAD)
            || flags.contains(CallFlag.SRTP_FAILED);
    return partial ? CallState.ARCHIVED_PARTIAL : CallState.ARCHIVED;
  }

  /** How long a tenant keeps its recordings at first. */
  private record Retention(int years, ZoneId zone) {
    Instant until(Instant end) {
      return KeepUntil.calendarYears(end, years, zone);
    }
  }

  private Retention retention(TenantSlug tenant) {
    Directory.Tenant known = directory.tenant(tenant).orElse(null);
    return known == null
        ? new Retention(1, ZoneId.of("UTC"))
        : new Retention(known.retentionYears(), known.zone());
  }
}
