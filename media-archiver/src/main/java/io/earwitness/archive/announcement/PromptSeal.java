package io.earwitness.archive.announcement;

import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.call.TenantSlug;

/**
 * Seals the sound of prompts with a key of the installation. Thread-safe.
 *
 * <p>Not with the tenants' keys: of tenants that hold theirs themselves the platform could neither
 * play a prompt nor search it in calls, and a prompt is played to everybody who calls.
 */
public interface PromptSeal {
  String seal(TenantSlug tenant, PromptKey key, byte[] wav);

  /**
   * Opens what was sealed.
   *
   * @throws IllegalArgumentException if it was not sealed for this prompt, or not with this key
   */
  byte[] open(TenantSlug tenant, PromptKey key, String sealed);
}
