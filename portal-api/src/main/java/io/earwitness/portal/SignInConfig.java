package io.earwitness.portal;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * How people sign in.
 *
 * @param totp who needs a second factor for a local account
 * @param publicUrl where browsers reach the portal, without a path; null if that is not set, and
 *     then nobody signs in through an OpenID provider
 * @param teams null where it is no tab of Teams, and then in nobody's frame
 */
public record SignInConfig(TotpPolicy totp, @Nullable URI publicUrl, @Nullable TeamsTab teams) {
  /** Without a tab in Teams. */
  public SignInConfig(TotpPolicy totp, @Nullable URI publicUrl) {
    this(totp, publicUrl, null);
  }

  /** Who needs a second factor for a local account. */
  public enum TotpPolicy {
    /** Nobody; whoever wants one sets it up. */
    OPTIONAL,
    /** Whoever holds a role of {@link SecondFactor#PRIVILEGED}, from the next sign-in on. */
    REQUIRED_FOR_PRIVILEGED
  }

  public static final SignInConfig DEFAULT = new SignInConfig(TotpPolicy.OPTIONAL, null);
}
