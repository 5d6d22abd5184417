package io.earwitness.access;

import io.earwitness.call.WireName;

/** Whose an account is. */
public enum AccountKind implements WireName {
  /** A person's, who signs in. */
  PERSON("person"),
  /** A program's: it has no password, and acts by tokens that an administrator makes for it. */
  SERVICE("service"),
  /** Of somebody from outside, who hears one matter for a while and has no roles. */
  GUEST("guest");

  private final String wireName;

  AccountKind(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
