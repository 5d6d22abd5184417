/**
 * Speaks with OpenID providers through Nimbus' OAuth 2.0 and OpenID Connect SDK: OpenID Connect
 * Core and Discovery 1.0, RP-Initiated and Back-Channel Logout 1.0. Knows nothing of accounts.
 */
@NullMarked
package io.earwitness.portal.oidc;

import org.jspecify.annotations.NullMarked;
