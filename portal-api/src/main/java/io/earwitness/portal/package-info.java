/**
 * The portal's REST API: sign-in, access, search, playback, the audit trail, and the page itself.
 * Owns HTTP and the table of routes; each route states its permission once, and one gate enters the
 * act in the audit trail before it happens. Errors are RFC 9457 problem details. Knows no
 * configuration files and no wiring.
 */
@NullMarked
package io.earwitness.portal;

import org.jspecify.annotations.NullMarked;
