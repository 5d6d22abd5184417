/** Tests against issuers that lie. */
@NullMarked
package io.earwitness.portal.oidc;

import org.jspecify.annotations.NullMarked;
