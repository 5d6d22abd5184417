package io.earwitness.portal;

import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.SecondFactors;
import io.earwitness.archive.catalog.SignInFailures;

/**
 * What signing in works with besides people and sessions; all of it thread-safe.
 *
 * @param key the same on all nodes
 */
public record SignInParts(
    SignInFailures failures,
    SecondFactors factors,
    IdentityProviders providers,
    OpenIdConnect openId,
    SignInKey key) {}
