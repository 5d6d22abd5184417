package io.earwitness.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.Closings.Closing;
import io.earwitness.archive.catalog.Closings.Inventory;
import io.earwitness.archive.catalog.Closings.Keys;
import io.earwitness.archive.catalog.Closings.Verification;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says that nothing is left of a tenant, to be signed: {@code docs/formats/closing.md}.
 *
 * @param runs of disposal, each of which has a certificate of its own
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ClosingCertificate(
    String format,
    TenantSlug tenant,
    UUID closing,
    Instant begunAt,
    String begunBy,
    Instant stopAt,
    @Nullable Inventory inventory,
    @Nullable Verification verification,
    Keys keys,
    @Nullable Instant keysDestroyedAt,
    List<UUID> runs,
    Instant closedAt) {
  static final String FORMAT = "earwitness-closing-certificate-1";

  static ClosingCertificate of(Closing closing, List<UUID> runs, Instant now) {
    return new ClosingCertificate(
        FORMAT,
        closing.tenant(),
        closing.id(),
        closing.begunAt(),
        closing.begunBy(),
        closing.stopAt(),
        closing.inventory(),
        closing.verification(),
        closing.keys(),
        closing.keysDestroyedAt(),
        runs,
        now);
  }
}
