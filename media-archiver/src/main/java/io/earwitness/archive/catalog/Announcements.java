package io.earwitness.archive.catalog;

import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.Jurisdiction;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Prompts and policies of announcement. Every change is written with its journal entry in one
 * transaction. Thread-safe.
 */
public interface Announcements {
  /** Which prompt: one wording, in one language, in one version of it. */
  record PromptKey(String name, String language, int version) {
    /** As people write it, and verdicts name it: {@code recording/en/v2}. */
    @Override
    public String toString() {
      return "%s/%s/v%d".formatted(name, language, version);
    }
  }

  /**
   * A prompt without its sound.
   *
   * @param text what it says; null if nobody typed it
   * @param sha256 of the WAV file that is played, hex
   */
  record Prompt(
      PromptKey key,
      @Nullable String text,
      String sha256,
      long durationMs,
      Instant addedAt,
      String addedBy,
      @Nullable Instant withdrawnAt,
      @Nullable String withdrawnBy) {
    /** Whether it was to be played at a moment. */
    public boolean isCurrent(Instant at) {
      return !addedAt.isAfter(at) && (withdrawnAt == null || withdrawnAt.isAfter(at));
    }
  }

  /**
   * A version of a tenant's policy.
   *
   * @param validFrom until the next version
   */
  record PolicyVersion(AnnouncementPolicy policy, Instant validFrom, String changedBy) {}

  /**
   * Seals a prompt's sound for the version that it becomes.
   *
   * @see #add
   */
  @FunctionalInterface
  interface Sealer {
    String seal(PromptKey key);
  }

  /** All prompts of a tenant, by name, language and version; withdrawn ones too. */
  List<Prompt> prompts(TenantSlug tenant);

  /** The sealed sound of a prompt; empty if there is no such prompt. */
  Optional<String> sound(TenantSlug tenant, PromptKey key);

  /**
   * Adds a prompt as the next version of its name and language. One whose sound is that of the
   * newest version, not withdrawn, changes nothing.
   *
   * @param prompt its version and times are not looked at
   * @return the prompt as it is kept
   * @throws IllegalArgumentException if there is no such tenant
   */
  Prompt add(TenantSlug tenant, Prompt prompt, Sealer sealer, String actor);

  /** Takes a prompt out of use; false if it is so already or there is none. */
  boolean withdraw(TenantSlug tenant, PromptKey key, String actor);

  /** All versions of a tenant's policy, the newest first; empty if it never made one. */
  List<PolicyVersion> policies(TenantSlug tenant);

  /**
   * Makes the next version of a tenant's policy, in force from now.
   *
   * @param expected the version that the changes were made to; 0 for none
   * @return the policy as it is kept; the present one if nothing differs
   * @throws ConflictException if that is not the newest any more
   * @throws IllegalArgumentException if the rules don't fit together, or there is no such tenant
   */
  AnnouncementPolicy setPolicy(
      TenantSlug tenant,
      int expected,
      List<Jurisdiction> jurisdictions,
      List<AnnouncementRule> rules,
      String actor);

  /** Somebody else changed it meanwhile. */
  final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConflictException(String message) {
      super(message);
    }
  }
}
