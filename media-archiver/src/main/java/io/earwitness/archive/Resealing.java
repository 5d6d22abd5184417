package io.earwitness.archive;

import io.earwitness.archive.AnnouncementDuties.Duty;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.Announcement;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.TimelineEvent;
import io.earwitness.json.Json;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gives an archived call to another tenant: every object is decrypted, in memory, with a key of
 * whoever has it, and sealed anew for that tenant as generation 3 of its recording there. What was
 * archived before stays where it lies, as long as its lock lasts. Its announcement is judged by
 * that tenant's policy. Thread-safe for different recordings; done again, it finishes what was
 * begun.
 */
public final class Resealing {
  /** More than five minutes of eight channels that can't be compressed. */
  private static final long BEGINNING = 40L << 20;

  /** Recovers a content key with a key of whoever has the recording, having entered its use. */
  @FunctionalInterface
  public interface Keys {
    /**
     * Recovers it.
     *
     * @param owner whose key
     * @param actor for whom it is used
     */
    ContentKey recover(TenantSlug owner, EnvelopeHeader header, RecordingId recording, String actor)
        throws CryptoException;
  }

  /**
   * How a recording is to be sealed.
   *
   * @param as the call as it is its tenant's: id, tenant, rule, direction, parties, and flags
   *     beside those of what was archived
   * @param from where it comes from, as the manifest's {@code policies.released} says
   * @param make makes the call that tenant's in the catalog, with its outcome; told before anything
   *     is committed, and again if that is done again
   * @param retold what the time line says, as this tenant may read it
   */
  record Wanted(
      CallSummary as, String from, Consumer<CallSummary> make, UnaryOperator<String> retold) {}

  private final SealedReading reading;
  private final CommitProtocol protocol;
  private final ManifestSigner signer;
  private final TenantRecipients recipients;
  private final AnnouncementDuties announcements;
  private final InitialRetention retention;
  private final InstantSource clock;

  /**
   * @param catalogRecovery one more recipient of every call record
   * @param quarantine reads what is of no tenant
   * @param announcements what the tenants' policies ask of calls
   * @param retention until when calls are kept as they are sealed
   */
  public Resealing(
      ObjectStore store,
      ManifestVerifier manifests,
      Keys keys,
      Directory directory,
      CommitProtocol protocol,
      ManifestSigner signer,
      Recipient catalogRecovery,
      Recipient quarantine,
      AnnouncementDuties announcements,
      InitialRetention retention,
      InstantSource clock) {
    this.reading = new SealedReading(store, manifests, keys);
    this.protocol = protocol;
    this.signer = signer;
    this.recipients = new TenantRecipients(directory, quarantine, catalogRecovery);
    this.announcements = announcements;
    this.retention = retention;
    this.clock = clock;
  }

  /**
   * What was recorded of a call, audio apart.
   *
   * @param actor for whom the key is used
   * @throws IOException if it can't be read, or is not what was signed
   */
  CallRecord record(ArchivedCall held, String actor) throws IOException {
    return reading.record(held, reading.manifest(held), actor);
  }

  /**
   * Seals a call for its tenant.
   *
   * @throws IOException if an object can't be read or a key not used, saying why
   */
  Committed seal(ArchivedCall held, Wanted wanted, String actor) throws IOException {
    VerifiedManifest source = reading.manifest(held);
    CallSummary as = wanted.as();
    CallRecord record = reading.record(held, source, actor);
    Announcement announcement = judge(held, source, record, as, actor);
    Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
    flags.addAll(held.flags());
    flags.removeAll(CallFlag.OF_A_TENANT);
    flags.addAll(as.flags());
    CallFlag heard = AnnouncementCheck.flag(announcement);
    if (heard != null) {
      flags.add(heard);
    }
    CallFacts facts =
        new CallFacts(
            outcome(held, flags),
            held.audioStart(),
            held.channels(),
            held.quality(),
            flags,
            announcement);
    CallSummary sealed = as.withState(facts.outcome(), as.end(), flags);
    Committed done = finish(sealed, wanted, facts).orElse(null);
    if (done == null) {
      done = seal(held, source, record, sealed, wanted, facts, actor);
    }
    if (announcement != null) {
      announcements.judged(sealed, announcement);
    }
    return done;
  }

  private Optional<Committed> finish(CallSummary sealed, Wanted wanted, CallFacts facts) {
    if (!protocol.isClaimed(sealed.tenant(), sealed.id(), Generation.RELEASED)) {
      return Optional.empty();
    }
    wanted.make().accept(sealed);
    return protocol.finish(sealed.tenant(), sealed.id(), Generation.RELEASED, facts);
  }

  private static CallState outcome(ArchivedCall archive, Set<CallFlag> flags) {
    if (archive.outcome() == CallState.NO_MEDIA) {
      return CallState.NO_MEDIA;
    }
    return Archiver.isPartial(flags) ? CallState.ARCHIVED_PARTIAL : CallState.ARCHIVED;
  }

  /** What the recording shows of the announcement that the call's tenant wanted at its start. */
  private @Nullable Announcement judge(
      ArchivedCall held, VerifiedManifest source, CallRecord record, CallSummary as, String actor)
      throws IOException {
    Manifest.Entry media = source.entry(ObjectKeys.media(1)).orElse(null);
    Duty duty =
        media == null || !held.codec().equals("flac") ? null : announcements.of(as).orElse(null);
    if (media == null || duty == null) {
      return null;
    }
    byte[] beginning = reading.plain(held, media, BEGINNING, actor).toByteArray();
    short[][] channels = FlacDecoder.decodeBeginning(beginning, AnnouncementCheck.WINDOW_SAMPLES);
    return AnnouncementCheck.judge(as, duty, channels, record.timeline());
  }

  private Committed seal(
      ArchivedCall held,
      VerifiedManifest source,
      CallRecord record,
      CallSummary sealed,
      Wanted wanted,
      CallFacts facts,
      String actor)
      throws IOException {
    TenantSlug tenant = sealed.tenant();
    TenantRecipients.Writers writers = recipients.writers(tenant);
    Attempt attempt = protocol.begin(tenant, sealed.id(), Generation.RELEASED);
    SealedObjects objects = new SealedObjects(attempt, sealed.id());
    for (Manifest.Entry entry : source.manifest().objects()) {
      String file = entry.name().substring(entry.name().indexOf('/') + 1);
      if (file.equals("call.cms")) {
        byte[] anew = Json.bytes(of(record, sealed, wanted, facts.announcement()));
        objects.put(file, anew, writers.callRecord());
      } else {
        CmsEnvelopeWriter writer = writers.media();
        objects.put(
            file, reading.plain(held, entry, Long.MAX_VALUE, actor), writer, entry.samples());
      }
    }
    InitialRetention.Kept kept = retention.of(sealed);
    Map<String, String> policies = new TreeMap<>(kept.basis().policies());
    policies.put("configuration", sealed.configurationVersion());
    policies.put("released", wanted.from());
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            sealed.id(),
            tenant,
            Generation.RELEASED,
            attempt.name(),
            clock.instant(),
            kept.until(),
            source.manifest().codec(),
            source.manifest().durationMs(),
            writers.keys(),
            policies,
            objects.entries());
    byte[] signed = signer.sign(manifest);
    // Only now: until then it stays where it is, whatever fails
    wanted.make().accept(sealed);
    return attempt.commit(signed, facts);
  }

  private static CallRecord of(
      CallRecord was, CallSummary sealed, Wanted wanted, @Nullable Announcement announcement) {
    return new CallRecord(
        was.format(),
        sealed,
        was.audioStart(),
        was.audioSha256(),
        was.furtherAudioSha256(),
        was.timeline().stream()
            .map(
                event ->
                    new TimelineEvent(
                        event.at(),
                        event.type(),
                        event.side(),
                        wanted.retold().apply(event.text())))
            .toList(),
        was.marks(),
        was.streams(),
        was.quality(),
        was.messages(),
        announcement);
  }
}
