/**
 * Forwards audit entries to syslog receivers (RFC 5424), as far as each has taken them. Owns the
 * thread and the form of a message; where entries and positions are kept is the catalog's business.
 */
@NullMarked
package io.earwitness.archive.forward;

import org.jspecify.annotations.NullMarked;
