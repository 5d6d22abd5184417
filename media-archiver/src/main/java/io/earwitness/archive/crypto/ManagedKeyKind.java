package io.earwitness.archive.crypto;

import io.earwitness.call.WireName;

/** The kinds of encryption keys that the platform generates. */
public enum ManagedKeyKind implements WireName {
  /** RSA, 3072 bit: opened by every tool, the slowest. */
  RSA_3072("rsa-3072"),
  EC_P256("ec-p256"),
  EC_P384("ec-p384");

  private final String wireName;

  ManagedKeyKind(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
