package io.earwitness.archive.crypto;

import io.earwitness.call.TenantSlug;

/**
 * Told before each use of a private key held by the platform, so that the audit entry is durable
 * before the act.
 */
@FunctionalInterface
public interface KeyUse {
  /**
   * Whatever this throws prevents the use.
   *
   * @param owner whose key
   * @param certificateId SHA-256 of the key's certificate in hex
   */
  void before(TenantSlug owner, String certificateId);
}
