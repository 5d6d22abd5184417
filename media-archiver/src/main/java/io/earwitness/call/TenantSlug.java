package io.earwitness.call;

import java.util.regex.Pattern;

/**
 * A tenant's name in object keys, the CDR lake and on the command line. Never changed, never used
 * again for another tenant.
 *
 * @param value 1 to 40 characters of {@code a-z 0-9 -}, neither first nor last a hyphen
 */
public record TenantSlug(String value) implements Comparable<TenantSlug> {
  private static final Pattern FORM = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?");

  /** The operator's own tenant; also holds calls that matched no tenant (quarantine). */
  public static final TenantSlug PLATFORM = new TenantSlug("platform");

  public TenantSlug {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no tenant slug: 1 to 40 of a-z, 0-9 and '-', not at the ends".formatted(value));
    }
  }

  @Override
  public int compareTo(TenantSlug other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
