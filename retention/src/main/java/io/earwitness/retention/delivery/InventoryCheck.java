package io.earwitness.retention.delivery;

import io.earwitness.archive.Manifest;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.RecordingVerifier;
import io.earwitness.archive.VerificationReport;
import io.earwitness.archive.catalog.Closings.Item;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.archive.crypto.WrongKeyException;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.retention.ClosingInventory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds in a tenant's own storage all that the inventory of its closing names: every byte as it was
 * signed, and to be opened by the tenant's own private keys. For one thread.
 */
public final class InventoryCheck {
  private static final String FORMAT = "earwitness-delivery-receipt-1";

  private final ObjectPlace place;
  private final List<PrivateKey> keys;
  private final SignedDataVerifier signatures;
  private final ManifestVerifier manifests;

  /**
   * @param authority by whose certificate signatures are checked
   * @param keys any of which may open a recording
   */
  public InventoryCheck(ObjectPlace place, X509Certificate authority, List<PrivateKey> keys) {
    this.place = place;
    this.keys = List.copyOf(keys);
    this.signatures = new SignedDataVerifier(List.of(authority));
    this.manifests = new ManifestVerifier(signatures);
  }

  /**
   * What was found, for whoever closes the tenant.
   *
   * @param inventorySha256 of the signed inventory, lower-case hex
   * @param recordings that the inventory names
   * @param found of them, whole and to be opened
   * @param disposed of them, which are there no more
   * @param withheld of them, which may be another tenant's or are restricted
   * @param problems 0 if nothing is missing or changed
   */
  public record Receipt(
      String format,
      TenantSlug tenant,
      String inventorySha256,
      long recordings,
      long found,
      long disposed,
      long withheld,
      long bytes,
      long problems,
      Instant verifiedAt) {
    /** Whether it says that all is there. */
    public boolean isComplete() {
      return FORMAT.equals(format) && problems == 0 && recordings == found + disposed + withheld;
    }
  }

  /** A receipt, and what is wrong in sentences. */
  public record Result(Receipt receipt, List<String> problems) {
    public Result {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Looks for everything.
   *
   * @param inventory as it was signed
   * @throws IOException if it is none of ours, or the storage can't be read
   */
  public Result check(byte[] inventory, Instant now) throws IOException {
    ClosingInventory named = ClosingInventory.read(signatures.verify(inventory).content());
    TenantSlug tenant = named.head().tenant();
    RecordingVerifier verifier = new RecordingVerifier(manifests);
    List<String> problems = new ArrayList<>();
    long found = 0;
    long disposed = 0;
    long withheld = 0;
    long bytes = 0;
    for (Item item : named.items()) {
      if (item.manifestSha256() == null) {
        disposed += item.state() == CallState.DISPOSED ? 1 : 0;
        withheld += item.withheld() && item.state() != CallState.DISPOSED ? 1 : 0;
        if (!item.withheld() && item.state() != CallState.DISPOSED) {
          problems.add("Recording %s was not delivered.".formatted(item.recording()));
        }
        continue;
      }
      VerificationReport report = verifier.verify(place, tenant, item.recording());
      bytes += report.bytes();
      List<String> wrong = new ArrayList<>();
      report.findings().forEach(finding -> wrong.add(finding.toString()));
      if (wrong.isEmpty()) {
        wrong.addAll(differences(tenant, item));
      }
      wrong.forEach(each -> problems.add("Recording %s: %s".formatted(item.recording(), each)));
      found += wrong.isEmpty() ? 1 : 0;
    }
    return new Result(
        new Receipt(
            FORMAT,
            tenant,
            sha256(inventory),
            named.items().size(),
            found,
            disposed,
            withheld,
            bytes,
            problems.size(),
            now),
        problems);
  }

  private static String sha256(byte[] content) throws IOException {
    return Shipment.measured(() -> new ByteArrayInputStream(content)).sha256();
  }

  /** Of the generation that the inventory names. */
  private List<String> differences(TenantSlug tenant, Item item) throws IOException {
    RecordingId id = item.recording();
    String key = ObjectKeys.manifest(tenant, id, item.generation());
    if (place.size(key).isEmpty()) {
      return List.of("its manifest of generation %d is missing.".formatted(item.generation()));
    }
    byte[] signed = bytes(key);
    if (!sha256(signed).equals(item.manifestSha256())) {
      return List.of(
          "its manifest of generation %d is not the one of the inventory."
              .formatted(item.generation()));
    }
    for (Manifest.Entry entry : manifests.verify(signed, tenant, id).manifest().objects()) {
      if (entry.name().endsWith("/call.cms") && !opens(tenant, id, entry)) {
        return List.of("none of the given keys opens it.");
      }
    }
    return List.of();
  }

  /** Of all objects the call record, which is small: each is for the same recipients. */
  private boolean opens(TenantSlug tenant, RecordingId id, Manifest.Entry entry)
      throws IOException {
    EnvelopeHeader header =
        EnvelopeHeader.parse(bytes(ObjectKeys.object(tenant, id, entry.name())));
    for (PrivateKey key : keys) {
      try (ContentKey content = ContentKey.recover(header, key)) {
        content.checkCommit(id, entry.envelope());
        return true;
      } catch (WrongKeyException e) {
        // the next one may fit
      }
    }
    return false;
  }

  private byte[] bytes(String key) throws IOException {
    try (InputStream in = place.open(key)) {
      return in.readAllBytes();
    }
  }
}
