/** How the portal reads what is stored: verified, decrypted with the tenant's managed keys. */
@NullMarked
package io.earwitness.portal.media;

import org.jspecify.annotations.NullMarked;
