package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.WrongKeyException;
import io.earwitness.archive.media.FlacFile;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.CallRecord;
import io.earwitness.call.Mark;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the masked derivatives that take the place of restricted originals: decrypted in memory
 * with the tenant's managed key, spans made silent, sealed as a further generation of the same
 * recording. The original stays where it lies. Done again after whatever stopped it, it finishes
 * what was begun. Thread-safe for different recordings.
 */
public final class Masking {
  /** In a manifest's policies: the spans that are silent. */
  static final String MASKED = "masked";

  private static final String OF = "maskedOf";
  private static final String OF_SHA256 = "maskedOfSha256";
  private static final String RESTRICTION = "restriction";
  private static final String APPROVAL = "approval";

  private final SealedReading reading;
  private final TenantRecipients recipients;
  private final CommitProtocol protocol;
  private final ManifestSigner signer;
  private final InstantSource clock;

  /**
   * @param keys that the platform manages for tenants
   * @param catalogRecovery one more recipient of every call record
   * @param quarantine reads what is of no tenant
   */
  public Masking(
      ObjectStore store,
      ManifestVerifier manifests,
      Resealing.Keys keys,
      Directory directory,
      CommitProtocol protocol,
      ManifestSigner signer,
      Recipient catalogRecovery,
      Recipient quarantine,
      InstantSource clock) {
    this.reading = new SealedReading(store, manifests, keys);
    this.recipients = new TenantRecipients(directory, quarantine, catalogRecovery);
    this.protocol = protocol;
    this.signer = signer;
    this.clock = clock;
  }

  /** It can't be made, and trying again won't help; the message says why. */
  public static final class ImpossibleException extends IOException {
    private static final long serialVersionUID = 1L;

    ImpossibleException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Makes a derivative, or finishes one.
   *
   * @param original what counts of the recording but for its derivatives, read back
   * @param actor for whom the key is used
   * @return the generation that it was made of
   * @throws ImpossibleException if it can't be made
   * @throws IOException if an object can't be read or a key not used; try again
   */
  public int make(TenantSlug tenant, Restricted wanted, ArchivedCall original, String actor)
      throws IOException {
    int generation = Objects.requireNonNull(wanted.generation());
    CallFacts facts =
        new CallFacts(
            original.outcome(),
            original.audioStart(),
            original.channels(),
            original.quality(),
            original.flags(),
            original.announcement());
    Optional<Committed> begun = protocol.finish(tenant, wanted.recording(), generation, facts);
    Committed done =
        begun.isPresent() ? begun.get() : seal(wanted, original, generation, facts, actor);
    return Integer.parseInt(Objects.requireNonNull(done.manifest().policies().get(OF)));
  }

  private Committed seal(
      Restricted wanted, ArchivedCall original, int generation, CallFacts facts, String actor)
      throws IOException {
    if (!original.outcome().hasMedia() || original.channels() == 0) {
      throw new ImpossibleException("the call was archived without audio", null);
    }
    if (!original.codec().equals("flac")) {
      throw new ImpossibleException(
          "the audio is %s; only FLAC can be masked sample by sample".formatted(original.codec()),
          null);
    }
    VerifiedManifest source = reading.manifest(original);
    CallRecord record;
    try {
      record = reading.record(original, source, actor);
    } catch (WrongKeyException e) {
      throw new ImpossibleException(
          "the tenant keeps the key itself, so Earwitness can't open the recording to mask it", e);
    }
    TenantRecipients.Writers writers = recipients.writers(original.tenant());
    Attempt attempt = protocol.begin(original.tenant(), original.id(), generation);
    SealedObjects objects = new SealedObjects(attempt, original.id());
    List<MaskedSpan> spans = wanted.restriction().spans();
    MaskedAudio masked = new MaskedAudio(original.channels(), spans);
    List<String> digests = new ArrayList<>();
    for (MediaPart part : MediaPart.of(source, original.channels())) {
      FlacFile file = masked.part(reading.plain(original, part.entry(), Long.MAX_VALUE, actor));
      digests.add(file.content().sha256());
      objects.put(
          ObjectKeys.media(digests.size()), file.content(), writers.media(), file.samples());
    }
    objects.put("waveform.cms", masked.waveform(), writers.media());
    objects.put(
        "call.cms", Json.bytes(masked(record, original, digests, spans)), writers.callRecord());
    Manifest was = source.manifest();
    Map<String, String> policies = new TreeMap<>(was.policies());
    if (original.retention() != null) {
      policies.putAll(original.retention().policies());
    }
    policies.put(MASKED, MaskedSpan.text(spans));
    policies.put(OF, Integer.toString(original.generation()));
    policies.put(OF_SHA256, reading.manifestSha256(original));
    policies.put(RESTRICTION, wanted.id().toString());
    if (wanted.approval() != null) {
      policies.put(APPROVAL, wanted.approval().toString());
    }
    Instant keepUntil =
        original.keepUntil().isAfter(was.keepUntil()) ? original.keepUntil() : was.keepUntil();
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            original.id(),
            original.tenant(),
            generation,
            attempt.name(),
            clock.instant(),
            keepUntil,
            was.codec(),
            was.durationMs(),
            writers.keys(),
            policies,
            objects.entries());
    return attempt.commit(signer.sign(manifest), facts);
  }

  private static CallRecord masked(
      CallRecord was, ArchivedCall original, List<String> digests, List<MaskedSpan> spans) {
    List<Mark> marks = new ArrayList<>(was.marks());
    for (MaskedSpan span : spans) {
      for (int channel = 0; channel < original.channels(); channel++) {
        if (span.covers(channel)) {
          marks.add(
              new Mark(
                  new Side(channel),
                  Duration.ofMillis(span.fromMs()),
                  Duration.ofMillis(Math.min(span.toMs(), original.durationMs())),
                  Mark.Cause.MASKED));
        }
      }
    }
    return new CallRecord(
        was.format(),
        was.summary(),
        was.audioStart(),
        digests.isEmpty() ? null : digests.getFirst(),
        digests.isEmpty() ? List.of() : digests.subList(1, digests.size()),
        was.timeline(),
        marks,
        was.streams(),
        was.quality(),
        was.messages(),
        was.announcement());
  }
}
